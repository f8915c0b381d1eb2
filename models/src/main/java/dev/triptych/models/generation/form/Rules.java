package dev.triptych.models.generation.form;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Expressions laid out for a {@link Recogniser}: each rule has alternatives, and each alternative
 * is a run of places. A place is a range of bytes, a call of a rule, or the end.
 */
final class Rules {

  static final int END = -1;
  private static final int MOST = 200_000;

  private final Characters spellable;
  private final Map<String, Expression> named;
  private final Map<String, Integer> numbers = new HashMap<>();
  private final Map<Characters, Integer> sets = new HashMap<>();
  private final Deque<Runnable> open = new ArrayDeque<>(); // rules still to lay out
  private final List<int[]> alternatives = new ArrayList<>(); // first places, by rule
  private int[] places = new int[256];
  private int used;
  private final int root;

  /**
   * Lays out a grammar.
   *
   * @param named rules by name, each of which the others may call
   * @param spellable characters that the vocabulary can write; others are taken out
   * @throws IllegalArgumentException if a rule is missing or calls itself before all else, if
   *     nothing matches, or if the grammar is too large
   */
  Rules(Map<String, Expression> named, String start, Characters spellable) {
    this.named = named;
    this.spellable = spellable;
    root = number(start);
    while (!open.isEmpty()) {
      open.pop().run();
    }
    prune();
    new LeftRecursion(this, closed(new BitSet(), true)).refuse();
  }

  int size() {
    return alternatives.size();
  }

  int root() {
    return root;
  }

  int[] alternatives(int rule) {
    return alternatives.get(rule);
  }

  /** Returns what is at a place: a byte range, a call, or {@link #END}. */
  int at(int place) {
    return places[place];
  }

  /** Returns the name of a rule, or null if it is part of another. */
  String name(int rule) {
    return numbers.entrySet().stream()
        .filter(entry -> entry.getValue() == rule)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(null);
  }

  static boolean isCall(int code) {
    return code < END;
  }

  static int called(int code) {
    return -2 - code;
  }

  /** Returns whether a byte is in the range of a place. */
  static boolean reads(int code, int value) {
    return value >= code >> 8 && value <= (code & 0xFF);
  }

  private int number(String name) {
    Integer known = numbers.get(name);
    if (known != null) {
      return known;
    }
    Expression expression = named.get(name);
    if (expression == null) {
      throw new IllegalArgumentException(
          "the grammar has no rule " + name + "; write one: " + name + " ::= …");
    }
    int rule = rule(List.of(expression));
    numbers.put(name, rule);
    return rule;
  }

  /** Returns a new rule for a choice among expressions; it is laid out later. */
  private int rule(List<Expression> parts) {
    int rule = alternatives.size();
    alternatives.add(new int[0]);
    open.push(
        () -> {
          List<List<Expression>> flat = new ArrayList<>();
          parts.forEach(part -> flatten(part, flat));
          int[][] codes = new int[flat.size()][];
          Arrays.setAll(codes, i -> flat.get(i).stream().mapToInt(this::code).toArray());
          alternatives.set(
              rule, IntStream.range(0, codes.length).map(i -> put(codes[i])).toArray());
        });
    return rule;
  }

  private static void flatten(Expression part, List<List<Expression>> alternatives) {
    if (part instanceof Expression.Choice choice) {
      choice.parts().forEach(each -> flatten(each, alternatives));
    } else if (part instanceof Expression.Sequence sequence) {
      alternatives.add(sequence.parts());
    } else {
      alternatives.add(List.of(part));
    }
  }

  private int code(Expression part) {
    if (part instanceof Expression.One one) {
      return call(sets.computeIfAbsent(one.characters(), this::set));
    } else if (part instanceof Expression.Rule rule) {
      return call(number(rule.name()));
    } else if (part instanceof Expression.Repeat repeat) {
      return call(repeated(repeat));
    }
    return call(rule(List.of(part)));
  }

  /** Returns a rule: the part so many times, then further ones that each may be left out. */
  private int repeated(Expression.Repeat repeat) {
    int part = called(code(repeat.part()));
    int more;
    if (repeat.most() < 0) {
      more = alternatives.size();
      alternatives.add(null);
      alternatives.set(more, new int[] {put(call(part), call(more)), put()});
    } else {
      more = emptied();
      for (int i = repeat.least(); i < repeat.most(); i++) {
        alternatives.add(new int[] {put(call(part), call(more)), put()});
        more = alternatives.size() - 1;
      }
    }
    int[] codes = new int[repeat.least() + 1];
    Arrays.fill(codes, call(part));
    codes[repeat.least()] = call(more);
    alternatives.add(new int[] {put(codes)});
    return alternatives.size() - 1;
  }

  private int emptied() {
    alternatives.add(new int[] {put()});
    return alternatives.size() - 1;
  }

  private int set(Characters characters) {
    return bytes(characters.and(spellable).utf8(), 0);
  }

  /** Returns a rule for byte sequences that share what comes before a position. */
  private int bytes(List<int[][]> sequences, int position) {
    List<int[]> codes = new ArrayList<>();
    for (int i = 0; i < sequences.size(); ) {
      int[] range = sequences.get(i)[position];
      int from = i;
      while (i < sequences.size() && Arrays.equals(range, sequences.get(i)[position])) {
        i++;
      }
      int code = range[0] << 8 | range[1];
      boolean last = sequences.get(from).length == position + 1;
      codes.add(
          last
              ? new int[] {code}
              : new int[] {code, call(bytes(sequences.subList(from, i), position + 1))});
    }
    alternatives.add(codes.stream().mapToInt(this::put).toArray());
    return alternatives.size() - 1;
  }

  private static int call(int rule) {
    return -2 - rule;
  }

  private int put(int... codes) {
    int first = used;
    used += codes.length + 1;
    if (used > MOST) {
      throw new IllegalArgumentException(
          "the form is too large: it has more than " + MOST + " places; shorten its repetitions");
    }
    if (used > places.length) {
      places = Arrays.copyOf(places, Math.max(used, 2 * places.length));
    }
    System.arraycopy(codes, 0, places, first, codes.length);
    places[used - 1] = END;
    return first;
  }

  /** Takes out alternatives that no text can end, so that whatever is begun can be ended. */
  private void prune() {
    BitSet fruitful = closed(new BitSet(), false);
    if (!fruitful.get(root)) {
      throw new IllegalArgumentException(
          "no text of this vocabulary has the form; make it less strict");
    }
    alternatives.replaceAll(
        starts -> Arrays.stream(starts).filter(start -> all(start, fruitful, false)).toArray());
  }

  /** Grows a set of rules by those with an alternative of which all calls are in it. */
  private BitSet closed(BitSet rules, boolean empty) {
    for (int before = -1; before != rules.cardinality(); ) {
      before = rules.cardinality();
      for (int rule = alternatives.size() - 1; rule >= 0; rule--) {
        if (!rules.get(rule)
            && Arrays.stream(alternatives.get(rule)).anyMatch(at -> all(at, rules, empty))) {
          rules.set(rule);
        }
      }
    }
    return rules;
  }

  private boolean all(int place, BitSet rules, boolean empty) {
    for (int at = place; places[at] != END; at++) {
      if (isCall(places[at]) ? !rules.get(called(places[at])) : empty) {
        return false;
      }
    }
    return true;
  }
}
