package dev.triptych.models.chat;

import java.util.HashMap;
import java.util.Map;

/** Variables that a part of a template sees, and what the whole may still spend. */
final class Scope {
  /** A name that has no value. */
  record Undefined(String name) {
    TemplateFailure failure() {
      return new TemplateFailure("\"" + name + "\" is undefined");
    }
  }

  /** What a template may spend: steps of evaluation, characters and items made, nested calls. */
  private static final class Budget {
    private int steps = 2_000_000;
    private long made = 16L << 20;
    private int depth = 60;
  }

  private final Map<String, Object> variables = new HashMap<>();
  private final Scope outer;
  private final Budget budget;

  Scope(Map<String, ?> variables) {
    this.variables.putAll(variables);
    outer = null;
    budget = new Budget();
  }

  private Scope(Scope outer) {
    this.outer = outer;
    budget = outer.budget;
  }

  /** Returns a scope within this one: what it sets does not reach here. */
  Scope inner() {
    return new Scope(this);
  }

  Object get(String name) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      if (scope.variables.containsKey(name)) {
        return scope.variables.get(name);
      }
    }
    return new Undefined(name);
  }

  void set(String name, Object value) {
    variables.put(name, value);
  }

  /** Counts a step. */
  void step() {
    if (--budget.steps < 0) {
      throw new TemplateFailure("it does not come to an end");
    }
  }

  /** Counts a step that reads a value: more for one of many parts or characters. */
  void step(Object read) {
    budget.steps -= Python.weight(read);
    step();
  }

  /** Counts characters or items that are made. */
  void make(long count) {
    budget.made -= Math.max(count, 0);
    if (budget.made < 0) {
      throw new TemplateFailure("it makes more than 16 million characters");
    }
  }

  /** Counts a call within calls; {@link #leave} ends it. */
  void enter() {
    if (--budget.depth < 0) {
      throw new TemplateFailure("its macros call each other without end");
    }
  }

  void leave() {
    budget.depth++;
  }
}
