package dev.triptych.models.generation.form;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;

/**
 * Rules that call themselves before they read a byte, though something is left to do after: what is
 * left to do would pile up without end.
 */
final class LeftRecursion {

  private final Rules rules;
  private final List<List<Integer>> next = new ArrayList<>(); // called before a byte is read
  private final List<List<Integer>> piling = new ArrayList<>(); // those with something to do after

  /**
   * Finds what calls what.
   *
   * @param empty rules that may read nothing
   */
  LeftRecursion(Rules rules, BitSet empty) {
    this.rules = rules;
    for (int rule = 0; rule < rules.size(); rule++) {
      next.add(new ArrayList<>());
      piling.add(new ArrayList<>());
      for (int first : rules.alternatives(rule)) {
        boolean begins = true;
        for (int place = first; begins && Rules.isCall(rules.at(place)); place++) {
          int called = Rules.called(rules.at(place));
          next.get(rule).add(called);
          if (rules.at(place + 1) != Rules.END) {
            piling.get(rule).add(called);
          }
          begins = empty.get(called);
        }
      }
    }
  }

  /**
   * Refuses the rules if there are such.
   *
   * @throws IllegalArgumentException saying which
   */
  void refuse() {
    BitSet circling = circling();
    for (int rule = circling.nextSetBit(0); rule >= 0; rule = circling.nextSetBit(rule + 1)) {
      for (int called : piling.get(rule)) {
        if (circling.get(called) && reaches(called, rule)) {
          throw refused(rules.name(rule) == null ? rules.name(called) : rules.name(rule));
        }
      }
    }
  }

  private static IllegalArgumentException refused(String name) {
    return new IllegalArgumentException(
        "the grammar is left-recursive: "
            + (name == null ? "a group" : name)
            + " calls itself before it reads anything; put the repetition at the end, as in list"
            + " ::= item (\",\" item)*");
  }

  /** Returns the rules from which calls go on for ever, as all that lead to a circle do. */
  private BitSet circling() {
    BitSet circling = new BitSet();
    circling.set(0, next.size());
    for (int before = -1; before != circling.cardinality(); ) {
      before = circling.cardinality();
      for (int i = 0; i < 2 * next.size(); i++) { // up, and down again
        int rule = i < next.size() ? i : 2 * next.size() - 1 - i;
        if (circling.get(rule) && next.get(rule).stream().noneMatch(circling::get)) {
          circling.clear(rule);
        }
      }
    }
    return circling;
  }

  private boolean reaches(int from, int to) {
    BitSet seen = new BitSet();
    Deque<Integer> open = new ArrayDeque<>(List.of(from));
    while (!open.isEmpty()) {
      int rule = open.pop();
      if (rule == to) {
        return true;
      }
      for (int called : next.get(rule)) {
        if (!seen.get(called)) {
          seen.set(called);
          open.push(called);
        }
      }
    }
    return false;
  }
}
