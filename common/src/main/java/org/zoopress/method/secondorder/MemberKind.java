package org.zoopress.method.secondorder;

/** Kinds of members; the ordinal is part of the stored format. */
enum MemberKind {
  LAYER,
  SIDE,
  CONSTANT,
  EXACT;

  static MemberKind of(StoredMember member) {
    if (member instanceof QuantizedLayer) {
      return LAYER;
    }
    if (member instanceof SideParameters) {
      return SIDE;
    }
    return member instanceof ConstantMember ? CONSTANT : EXACT;
  }
}
