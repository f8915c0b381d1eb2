package dev.triptych.models.generation.form;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Follows {@link Rules} byte by byte, by all readings at once, and remembers each step, so that the
 * same step is free the next time.
 *
 * <p>A reading is a stack of places. Stacks share their lower parts and exist once each; a state is
 * a set of stacks and exists once too, so states make up an automaton that grows as it is used. A
 * call in the last place leaves nothing on the stack, so repetition needs no depth. Belongs to one
 * thread at a time.
 *
 * <p>Source: the stacks of llama.cpp's grammars, with the lazy determinisation of RE2.
 */
final class Recogniser {

  private static final int MOST_READINGS = 20_000;
  private static final int MOST_STATES = 20_000;

  private final Rules rules;
  private final Map<Long, Stack> stacks = new HashMap<>();
  private final Map<List<Long>, State> states = new HashMap<>();
  private long nextStack = 1;
  private State start;

  /** A place, and where to go on after its rule; null is the end of the text. */
  private static final class Stack {
    private final long number;
    private final int place;
    private final Stack below;

    private Stack(long number, int place, Stack below) {
      this.number = number;
      this.place = place;
      this.below = below;
    }
  }

  /** What may follow. Equal states are the same object, as long as it is remembered. */
  static final class State {
    private final Stack[] tops;
    private final boolean complete;
    private final State[] next = new State[256]; // null is not known yet

    private State(Stack[] tops, boolean complete) {
      this.tops = tops;
      this.complete = complete;
    }

    /** Returns whether the text so far has the form. */
    boolean isComplete() {
      return complete;
    }

    /** Returns whether no byte may follow. */
    boolean isClosed() {
      return tops.length == 0;
    }

    /** Returns whether the text so far cannot be the beginning of the form. */
    boolean isDead() {
      return tops.length == 0 && !complete;
    }
  }

  Recogniser(Rules rules) {
    this.rules = rules;
  }

  /** Returns the state before the first byte. */
  State start() {
    if (start == null) {
      List<Stack> first = new ArrayList<>();
      for (int place : rules.alternatives(rules.root())) {
        first.add(stack(place, null));
      }
      start = state(first, false);
    }
    return start;
  }

  /**
   * Returns the state after a byte, perhaps a dead one.
   *
   * @throws IllegalArgumentException if the text can be read in too many ways
   */
  State next(State state, byte read) {
    int value = read & 0xFF;
    State known = state.next[value];
    if (known == null) {
      List<Stack> after = new ArrayList<>();
      boolean complete = false;
      for (Stack top : state.tops) {
        if (Rules.reads(rules.at(top.place), value)) {
          if (rules.at(top.place + 1) == Rules.END) {
            complete |= top.below == null;
            if (top.below != null) {
              after.add(top.below);
            }
          } else {
            after.add(stack(top.place + 1, top.below));
          }
        }
      }
      known = state(after, complete);
      state.next[value] = known;
    }
    return known;
  }

  /** Returns the state of readings, each followed to where it reads a byte. */
  private State state(List<Stack> readings, boolean ended) {
    boolean complete = ended;
    Set<Stack> seen = new HashSet<>(readings);
    Deque<Stack> open = new ArrayDeque<>(seen);
    List<Stack> tops = new ArrayList<>();
    while (!open.isEmpty()) {
      Stack stack = open.pop();
      int code = rules.at(stack.place);
      if (code == Rules.END) {
        complete |= stack.below == null;
        follow(stack.below, seen, open);
      } else if (Rules.isCall(code)) {
        boolean last = rules.at(stack.place + 1) == Rules.END;
        Stack after = last ? stack.below : stack(stack.place + 1, stack.below);
        for (int place : rules.alternatives(Rules.called(code))) {
          follow(stack(place, after), seen, open);
        }
      } else {
        tops.add(stack);
      }
    }
    Stack[] sorted = tops.toArray(Stack[]::new);
    Arrays.sort(sorted, (a, b) -> Long.compare(a.number, b.number));
    List<Long> key = new ArrayList<>(Arrays.stream(sorted).map(stack -> stack.number).toList());
    key.add(complete ? 1L : 0L);
    if (states.size() > MOST_STATES) {
      states.clear();
      stacks.clear();
      start = null;
    }
    boolean whole = complete;
    return states.computeIfAbsent(key, any -> new State(sorted, whole));
  }

  private static void follow(Stack stack, Set<Stack> seen, Deque<Stack> open) {
    if (stack != null && seen.add(stack)) {
      open.push(stack);
      if (seen.size() > MOST_READINGS) {
        throw new IllegalArgumentException(
            "the grammar can read the same text in more than "
                + MOST_READINGS
                + " ways; make it less ambiguous");
      }
    }
  }

  private Stack stack(int place, Stack below) {
    long key = (long) place << 40 | (below == null ? 0 : below.number);
    return stacks.computeIfAbsent(key, any -> new Stack(nextStack++, place, below));
  }
}
