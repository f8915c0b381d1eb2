package dev.triptych.text;

import dev.triptych.api.Artifact;
import dev.triptych.api.Descriptor;
import dev.triptych.api.Draft;
import dev.triptych.api.Generator;
import dev.triptych.api.Job;
import dev.triptych.api.Lease;
import dev.triptych.api.ModelFiles;
import dev.triptych.api.ModelSpec;
import dev.triptych.api.Parameter;
import dev.triptych.api.Phrase;
import dev.triptych.api.Request;
import dev.triptych.api.ext.Revisable;
import dev.triptych.models.hub.HubName;
import dev.triptych.models.llama.Llama;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.osgi.service.component.annotations.Component;

/**
 * Writes a poem: 绝句 and 律诗 held to rhyme and tones, English quatrains held to rhyme and syllables,
 * or free verse.
 *
 * <p>The prompt's words and the plan's images are given to the model before the poem and before
 * single lines. Of several poems the one stands that the model finds likely, that shows the theme
 * and that a sentence encoder finds like the prompt.
 */
@Component
public final class PoemGenerator implements Generator, Revisable {
  static final Parameter.Choice FORM =
      Parameter.Choice.of(
          "form",
          Phrase.of("Form of the poem; by language and plan unless given", "诗体；不指定时由语言与计划决定"),
          Form.words());
  static final Parameter.Choice RHYME_BOOK =
      Parameter.Choice.of(
              "rhymeBook",
              Phrase.of("Rhymes and tones of Chinese verse: classical or modern", "韵书：平水韵或中华新韵"),
              "pingshui",
              "xinyun")
          .initially("pingshui");
  static final Parameter.Real TEMPERATURE =
      Parameter.Real.of(
              "temperature",
              Phrase.of("Boldness: low is safe, high is surprising", "大胆程度：低则稳妥，高则出奇"),
              0.1,
              2)
          .initially(1);
  static final Parameter.Text TITLE =
      Parameter.Text.of(
          "title",
          Phrase.of("Title; the prompt or the model's own unless given", "题目；不指定时取提示语或由模型拟"),
          40);
  static final Parameter.Text KEYWORDS =
      Parameter.Text.of(
          "keywords",
          Phrase.of("Words that shall stand in the poem, before the plan's", "希望入诗的词，先于计划中的意象"),
          200);
  static final Parameter.Whole CANDIDATES =
      Parameter.Whole.of(
          "candidates",
          Phrase.of(
              "Poems written, of which one stands; at first 3, of English stanzas 2",
              "写几首，取其一；默认三首，英文押韵诗两首"),
          1,
          16);
  static final Parameter.Whole STANZAS =
      Parameter.Whole.of(
              "stanzas", Phrase.of("Stanzas of an English rhymed poem", "英文押韵诗的节数（每节四行）"), 1, 6)
          .initially(2);
  static final Parameter.Text MODEL =
      Parameter.Text.of(
          "model",
          Phrase.of("Folder of another poem model, as training writes it", "另用一个诗歌模型的文件夹（训练所得）"),
          1000);

  private static final ModelSpec<Llama> POET =
      ModelSpec.of("triptych-poem", ModelFiles.entry("models/poem"), Llama.class, Llama::load);

  @Override
  public Descriptor descriptor() {
    return Descriptor.of("text.poem", Phrase.of("Poem", "诗"), "text/plain")
        .withSummary(
            Phrase.of("Writes a poem in Chinese or English that keeps its form", "作一首合律的诗，中文或英文"))
        .withParameters(FORM, RHYME_BOOK, TEMPERATURE, TITLE, KEYWORDS, STANZAS, CANDIDATES, MODEL)
        .withModels(POET, Reader.CHINESE, Reader.ENGLISH);
  }

  @Override
  public void generate(Request request, Job job) throws Exception {
    Form form = form(request);
    write(request, job, form, new PoemText("", List.of(), 0), Set.of(), null);
  }

  @Override
  public List<String> parts(Artifact work) throws IOException {
    PoemText poem = PoemText.read(work);
    poem.form();
    return IntStream.rangeClosed(1, poem.lines().size()).mapToObj(i -> "line:" + i).toList();
  }

  @Override
  public void revise(Request request, Artifact work, Set<String> redo, Job job) throws Exception {
    List<String> parts = parts(work);
    for (String part : redo) {
      if (!parts.contains(part)) {
        throw new IllegalArgumentException(
            "this poem has no part \"" + part + "\": its parts are line:1 to line:" + parts.size());
      }
    }
    PoemText poem = PoemText.read(work);
    write(request, job, poem.form(), poem, redo, work);
  }

  private static void write(
      Request request, Job job, Form form, PoemText before, Set<String> redo, Artifact work)
      throws Exception {
    TreeMap<Integer, String> kept = new TreeMap<>();
    for (int i = 0; i < before.lines().size(); i++) {
      if (!redo.contains("line:" + (i + 1))) {
        kept.put(i, before.lines().get(i));
      }
    }
    job.step(0, "reading the prompt");
    Reader reader = Reader.of(form, Poet.oneLine(request.prompt()), job);
    List<Poet.Work> works;
    try (Lease<Llama> lease = poet(request, job, form);
        Llama.Run run = lease.model().open()) {
      Vocabulary vocabulary = new Vocabulary(lease.model().tokenizer());
      Poet poet = new Poet(request, form, Decoder.of(run), vocabulary, job);
      works = poet.write(before, kept, reader.prompt());
    }
    job.step(0.99, "choosing");
    Poet.Work best = reader.choose(works);
    try (Draft draft = job.draft("text/plain")) {
      draft.note("title", best.titleFrom()).note("form", form.word());
      draft.note("constraints", form.regulated() ? request.get(RHYME_BOOK) : best.shape());
      draft.note("reader", reader.name());
      asked(request)
          .filter(asked -> work == null && !asked.equals(form.word()))
          .ifPresent(asked -> draft.note("formAsked", asked + ": not written, " + form.word()));
      if (work != null) {
        draft.from(work).note("redone", String.join(" ", redo));
      }
      draft.append(best.text().file());
      draft.commit();
    }
  }

  /** Takes the poem model, or another one that was trained as it was. */
  private static Lease<Llama> poet(Request request, Job job, Form form)
      throws IOException, InterruptedException {
    String named = request.find(MODEL).orElse("").strip();
    if (named.isEmpty()) {
      return job.lease(POET);
    }
    Lease<Llama> lease = null;
    try {
      lease = job.lease(POET.withFiles(HubName.files(named)));
      if (lease.model().tokenizer().id("<line>") >= 0) {
        return lease;
      }
    } catch (FileNotFoundException | NoSuchFileException e) {
      throw e; // there is no such model at all
    } catch (IOException e) {
      throw new IllegalArgumentException(noPoet(named, form) + " (" + e.getMessage() + ")", e);
    }
    lease.close();
    throw new IllegalArgumentException(noPoet(named, form));
  }

  private static String noPoet(String named, Form form) {
    return "the model %s is no poem model of Triptych; to hold it to a form: text.write -p kind=poem -p form=%s -p model=%s"
        .formatted(named, form == Form.FREE ? Form.QUATRAIN.word() : form.word(), named);
  }

  private static Form form(Request request) {
    boolean chinese = request.plan().language().equals("zh");
    return asked(request)
        .flatMap(Form::of)
        .filter(f -> request.find(FORM).isPresent() || f.regulated() == chinese)
        .orElse(chinese ? Form.QIJUE : Form.QUATRAIN);
  }

  /** Returns the form that the user or the plan names, which may be none of ours. */
  private static Optional<String> asked(Request request) {
    return request.find(FORM).or(() -> request.plan().form());
  }
}
