package dev.triptych.api;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Everything that decides the result of one generation.
 *
 * <p>The host has checked each value against the descriptor before a generator sees it. Files that
 * the user named were imported by the host: a generator never reads the user's paths.
 */
public final class Request {
  private final String prompt;
  private final Plan plan;
  private final long seed;
  private final Map<String, String> values;
  private final Map<String, Artifact> inputs;

  private Request(
      String prompt,
      Plan plan,
      long seed,
      Map<String, String> values,
      Map<String, Artifact> inputs) {
    this.prompt = Objects.requireNonNull(prompt, "prompt");
    this.plan = Objects.requireNonNull(plan, "plan");
    this.seed = seed;
    this.values = Collections.unmodifiableMap(new TreeMap<>(values));
    this.inputs = Collections.unmodifiableMap(new TreeMap<>(inputs));
  }

  /** Returns a request without values and inputs. */
  public static Request of(String prompt, Plan plan, long seed) {
    return new Request(prompt, plan, seed, Map.of(), Map.of());
  }

  /** Returns this request with other values, as text by parameter name. */
  public Request withValues(Map<String, String> all) {
    return new Request(prompt, plan, seed, all, inputs);
  }

  /** Returns this request with other inputs, by parameter name. */
  public Request withInputs(Map<String, Artifact> all) {
    return new Request(prompt, plan, seed, values, all);
  }

  /** Returns the prompt as the user gave it. */
  public String prompt() {
    return prompt;
  }

  /** Returns the plan that all works of this prompt share. */
  public Plan plan() {
    return plan;
  }

  /** Returns the seed, in 0…2^53−1: same request, same seed, same bytes. */
  public long seed() {
    return seed;
  }

  /** Returns the values that the user gave, as text by parameter name, sorted. */
  public Map<String, String> values() {
    return values;
  }

  /** Returns the imported inputs by parameter name, sorted. */
  public Map<String, Artifact> inputs() {
    return inputs;
  }

  /**
   * Returns the user's value, else the parameter's initial one.
   *
   * @throws IllegalStateException if there is neither: read such a parameter with {@link #find}
   */
  public <T> T get(Parameter<T> parameter) {
    return find(parameter)
        .or(parameter::initial)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "parameter " + parameter.name() + " has no initial value: use find"));
  }

  /** Returns the user's value, if one was given. */
  public <T> Optional<T> find(Parameter<T> parameter) {
    return Optional.ofNullable(values.get(parameter.name())).map(parameter::parse);
  }

  /** Returns the work that the user gave as input, if any. */
  public Optional<Artifact> input(Parameter.Work parameter) {
    return Optional.ofNullable(inputs.get(parameter.name()));
  }
}
