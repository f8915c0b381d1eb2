package dev.triptych.api;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * All that a gallery, a form and a scheduler must know before anything runs.
 *
 * <pre>{@code
 * Descriptor.of("text.poem", Phrase.of("Poem", "诗"), "text/plain")
 *     .withSummary(Phrase.of("Writes a poem", "作一首诗"))
 *     .withParameters(FORM, TEMPERATURE)
 *     .withModels(POET);
 * }</pre>
 */
public final class Descriptor {
  private static final Pattern ID = Pattern.compile("[a-z][a-z0-9-]*(\\.[a-z][a-z0-9-]*)+");

  private final String id;
  private final Phrase title;
  private final Phrase summary;
  private final String produces;
  private final List<String> alternatives;
  private final List<Parameter<?>> parameters;
  private final List<ModelSpec<?>> models;

  private Descriptor(
      String id,
      Phrase title,
      Phrase summary,
      String produces,
      List<String> alternatives,
      List<Parameter<?>> parameters,
      List<ModelSpec<?>> models) {
    this.id = id;
    this.title = title;
    this.summary = summary;
    this.produces = produces;
    this.alternatives = List.copyOf(alternatives);
    this.parameters = List.copyOf(parameters);
    this.models = List.copyOf(models);
    Set<String> names = new HashSet<>();
    for (Parameter<?> parameter : parameters) {
      if (!names.add(parameter.name())) {
        throw new IllegalArgumentException(
            "generator " + id + " declares the parameter " + parameter.name() + " twice");
      }
    }
  }

  /**
   * Returns a descriptor with what every generator must say.
   *
   * @param id dotted lower-case words, the same for every version, such as {@code text.poem}
   * @param title the name that people see
   * @param produces media type of the main work, such as {@code text/plain}, {@code audio/midi} or
   *     {@code image/png}
   * @throws IllegalArgumentException if the id is not of that form
   */
  public static Descriptor of(String id, Phrase title, String produces) {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException(
          "generator id \"" + id + "\" must be dotted lower-case words such as text.poem");
    }
    Objects.requireNonNull(title, "title");
    MediaTypes.check(produces);
    return new Descriptor(id, title, title, produces, List.of(), List.of(), List.of());
  }

  /** Returns this descriptor with one sentence on what the generator does. */
  public Descriptor withSummary(Phrase sentence) {
    return new Descriptor(id, title, sentence, produces, alternatives, parameters, models);
  }

  /** Returns this descriptor with its parameters, in the order in which a form shows them. */
  public Descriptor withParameters(Parameter<?>... all) {
    return new Descriptor(id, title, summary, produces, alternatives, List.of(all), models);
  }

  /**
   * Returns this descriptor with the media types that the main work may have instead, where the
   * user asks for one of them by a parameter.
   */
  public Descriptor withAlternatives(String... mediaTypes) {
    for (String mediaType : mediaTypes) {
      MediaTypes.check(mediaType);
    }
    return new Descriptor(id, title, summary, produces, List.of(mediaTypes), parameters, models);
  }

  /** Returns this descriptor with the models that the generator may lease. */
  public Descriptor withModels(ModelSpec<?>... all) {
    return new Descriptor(id, title, summary, produces, alternatives, parameters, List.of(all));
  }

  /** Returns the id, such as {@code text.poem}. */
  public String id() {
    return id;
  }

  /** Returns the name that people see. */
  public Phrase title() {
    return title;
  }

  /** Returns one sentence on what the generator does. */
  public Phrase summary() {
    return summary;
  }

  /** Returns the media type of the main work. */
  public String produces() {
    return produces;
  }

  /** Returns the media types that the main work may have instead, if the user asks. */
  public List<String> alternatives() {
    return alternatives;
  }

  /** Returns whether a work of a media type may be the main one. */
  public boolean produces(String mediaType) {
    return produces.equals(mediaType) || alternatives.contains(mediaType);
  }

  /** Returns the parameters in display order. */
  public List<Parameter<?>> parameters() {
    return parameters;
  }

  /** Returns the models that the generator may lease. */
  public List<ModelSpec<?>> models() {
    return models;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Descriptor that
        && id.equals(that.id)
        && title.equals(that.title)
        && summary.equals(that.summary)
        && produces.equals(that.produces)
        && alternatives.equals(that.alternatives)
        && parameters.equals(that.parameters)
        && models.equals(that.models);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  @Override
  public String toString() {
    return id;
  }
}
