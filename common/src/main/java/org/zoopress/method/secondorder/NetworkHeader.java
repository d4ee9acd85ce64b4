package org.zoopress.method.secondorder;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the next integers of a header are expected to be, from those of the members before; a
 * network repeats itself. Writer and reader keep the same state.
 */
final class NetworkHeader {
  // Kinds of integers, see coding.AdaptiveIntegers.
  static final int MEMBER = 0;
  static final int TRELLIS = 1;
  static final int TRANSFORM = 2;
  static final int FIRST_STEP = 3;
  static final int NEXT_STEP = 4;
  static final int SCALED_GROUPS = 5;
  static final int SCALE = 6;
  static final int CONSTANT = 7;
  static final int SIDE_STEP = 8;
  static final int SIDE_CENTER = 9;
  static final int SIDE = 10;
  static final int INPUTS_FIRST = 11;
  static final int BLOCK_KIND = 12;

  private static final int[] NO_CODES = new int[0];

  private final Map<Integer, Integer> kinds = new HashMap<>();
  private final Map<Integer, int[]> stepCodes = new HashMap<>();
  private final Map<Integer, Integer> sideSteps = new HashMap<>();
  private final Map<Integer, Integer> nextConstants = new HashMap<>();
  private final List<Float> constants = new ArrayList<>();
  private int lastKind;
  private int lastConstant;
  private int lastStep;
  private int trellis;
  private int scaledGroups;
  private int inputsFirst;
  private int sides;

  int expectedKind(int rank) {
    return kinds.getOrDefault(kindContext(rank), 0);
  }

  private int kindContext(int rank) {
    return lastKind * 3 + Math.min(rank, 2);
  }

  void learnKind(int rank, int kind) {
    kinds.put(kindContext(rank), kind);
    lastKind = kind;
  }

  int expectedInputsFirst() {
    return inputsFirst;
  }

  void learnInputsFirst(int flag) {
    inputsFirst = flag;
  }

  int expectedScaledGroups() {
    return scaledGroups;
  }

  void learnScaledGroups(int groups) {
    scaledGroups = groups;
  }

  int expectedTrellis() {
    return trellis;
  }

  void learnTrellis(int code) {
    trellis = code;
  }

  /** The step code of frequency f, with those before it in {@code codes}. */
  int expectedStep(int[] codes, int f) {
    if (f == 0) {
      return lastStep;
    }
    int[] before = stepCodes.getOrDefault(codes.length, NO_CODES);
    return codes[f - 1] + (before.length == 0 ? 0 : before[f] - before[f - 1]);
  }

  void learnSteps(int[] codes) {
    stepCodes.put(codes.length, codes);
    lastStep = codes[0];
    sides = 0;
  }

  int expectedSideStep() {
    return sideSteps.getOrDefault(sides, sideSteps.getOrDefault(0, lastStep));
  }

  void learnSideStep(int code) {
    sideSteps.put(sides, code);
    sides++;
  }

  /** Which of {@link #constants} is likely. */
  int expectedConstant() {
    return nextConstants.getOrDefault(lastConstant, constants.size());
  }

  void learnConstant(int index, float value) {
    nextConstants.put(lastConstant, index);
    lastConstant = index;
    if (index == constants.size()) {
      constants.add(value);
    }
  }

  /** The distinct constants so far. */
  List<Float> constants() {
    return constants;
  }
}
