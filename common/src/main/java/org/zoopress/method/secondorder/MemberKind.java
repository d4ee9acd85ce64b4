package org.zoopress.method.secondorder;

/** Kinds of members; the ordinal is part of the stored format. */
enum MemberKind {
  LAYER,
  SIDE,
  CONSTANT,
  EXACT,
  ADDITIVE;

  static MemberKind of(StoredMember member) {
    if (member instanceof QuantizedLayer) {
      return LAYER;
    }
    if (member instanceof SideParameters) {
      return SIDE;
    }
    if (member instanceof AdditiveLayer) {
      return ADDITIVE;
    }
    return member instanceof ConstantMember ? CONSTANT : EXACT;
  }
}
