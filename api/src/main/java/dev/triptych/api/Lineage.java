package dev.triptych.api;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Enough to explain a work and to make it again.
 *
 * <p>It holds nothing that differs between two makings of the same work, such as a time of day.
 */
public final class Lineage {
  private final String generator;
  private final String version;
  private final Request request;
  private final Map<String, String> models;
  private final List<String> sources;
  private final Map<String, String> environment;
  private final Map<String, String> notes;

  private Lineage(
      String generator,
      String version,
      Request request,
      Map<String, String> models,
      List<String> sources,
      Map<String, String> environment,
      Map<String, String> notes) {
    this.generator = Objects.requireNonNull(generator, "generator");
    this.version = Objects.requireNonNull(version, "version");
    this.request = Objects.requireNonNull(request, "request");
    this.models = Collections.unmodifiableMap(new TreeMap<>(models));
    this.sources = List.copyOf(sources);
    this.environment = Collections.unmodifiableMap(new TreeMap<>(environment));
    this.notes = Collections.unmodifiableMap(new TreeMap<>(notes));
  }

  /** Returns a lineage that knows its generator and its request. */
  public static Lineage of(String generator, String version, Request request) {
    return new Lineage(generator, version, request, Map.of(), List.of(), Map.of(), Map.of());
  }

  /** Returns this lineage with the models used: id → SHA-256 of its files. */
  public Lineage withModels(Map<String, String> all) {
    return new Lineage(generator, version, request, all, sources, environment, notes);
  }

  /** Returns this lineage with the ids of the works that this one was made from. */
  public Lineage withSources(List<String> all) {
    return new Lineage(generator, version, request, models, all, environment, notes);
  }

  /** Returns this lineage with what of the machine decides the bytes: instruction set, libtorch. */
  public Lineage withEnvironment(Map<String, String> all) {
    return new Lineage(generator, version, request, models, sources, all, notes);
  }

  /** Returns this lineage with the generator's own facts. */
  public Lineage withNotes(Map<String, String> all) {
    return new Lineage(generator, version, request, models, sources, environment, all);
  }

  /** Returns the generator's id. */
  public String generator() {
    return generator;
  }

  /** Returns the version of the bundle that the generator came from. */
  public String version() {
    return version;
  }

  /** Returns what was asked for. */
  public Request request() {
    return request;
  }

  /** Returns the models used: id → SHA-256 of its files. */
  public Map<String, String> models() {
    return models;
  }

  /** Returns the ids of the works that this one was made from. */
  public List<String> sources() {
    return sources;
  }

  /** Returns what of the machine decides the bytes. */
  public Map<String, String> environment() {
    return environment;
  }

  /** Returns the generator's own facts. */
  public Map<String, String> notes() {
    return notes;
  }
}
