package dev.triptych.host.cli;

import dev.triptych.api.Placement;
import dev.triptych.host.Host;
import dev.triptych.host.works.PrettyJson;
import dev.triptych.models.chat.ChatModel;
import dev.triptych.models.chat.Message;
import dev.triptych.models.generation.Finish;
import dev.triptych.models.generation.Generated;
import dev.triptych.models.generation.Generation;
import dev.triptych.models.generation.GenerationConfig;
import dev.triptych.models.language.Architecture;
import dev.triptych.models.language.Continuation;
import dev.triptych.models.language.LanguageModel;
import dev.triptych.models.language.LanguageModels;
import dev.triptych.models.tokenizer.DecodeStream;
import dev.triptych.models.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/**
 * {@code triptych models run MODEL PROMPT}: continues a text or answers a message; {@code models
 * run MODEL --ids 1,2,3 --greedy N --json}: the N likeliest ids, for comparison with other
 * programs.
 */
@Command(name = "run")
final class ModelsRunCommand implements Callable<Integer> {
  private static final int LONGEST = 1 << 20; // bytes of a prompt

  @ParentCommand private ModelsCommand models;

  @Parameters(index = "0", paramLabel = "MODEL", descriptionKey = "run.model")
  private String model;

  @Parameters(index = "1", arity = "0..1", paramLabel = "PROMPT", descriptionKey = "run.prompt")
  private String prompt;

  @Option(names = "--max-new-tokens", paramLabel = "N", descriptionKey = "run.tokens")
  private String tokens;

  @Option(names = "-p", paramLabel = "NAME=VALUE", descriptionKey = "run.parameters")
  private List<String> parameters = List.of();

  @Option(names = "--dtype", paramLabel = "TYPE", descriptionKey = "run.dtype")
  private String dtype = "auto";

  @Option(names = "--chat", descriptionKey = "run.chat")
  private boolean chat;

  @Option(names = "--ids", paramLabel = "ID,ID", descriptionKey = "run.ids")
  private String ids;

  @Option(names = "--greedy", paramLabel = "N", descriptionKey = "run.greedy")
  private String greedy;

  @Option(names = "--json", descriptionKey = "option.json")
  private boolean json;

  /** Whether the user said stop; the stopping thread waits until the running token is done. */
  private static final class Running implements AutoCloseable {
    private static final int PATIENCE = 5; // seconds
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile boolean stopped;

    @Override
    public void close() throws InterruptedException {
      stopped = true;
      done.await(PATIENCE, TimeUnit.SECONDS);
    }
  }

  @Override
  public Integer call() throws Exception {
    Session session = models.session();
    Messages messages = session.messages();
    Placement placement = placement(messages);
    boolean exact = ids != null || greedy != null;
    if (exact && (ids == null || greedy == null || prompt != null || chat)) {
      throw new IllegalArgumentException(messages.text("run.exact"));
    }
    if (!exact && prompt == null) {
      throw new IllegalArgumentException(messages.text("run.nothing"));
    }
    int[] given = exact ? ids(messages) : new int[0];
    int count = exact ? number(greedy, "--greedy", messages) : 0;
    Map<String, String> values = new Assignments(session).split(parameters);
    if (tokens != null) {
      values.put("max_new_tokens", String.valueOf(number(tokens, "--max-new-tokens", messages)));
    }
    Host host = session.host();
    Path folder = host.hub().locate(session.folder(), model);
    List<Architecture> brought = host.kinds().brought();
    Running running = session.unfinished(new Running());
    try {
      if (exact) {
        try (LanguageModel loaded = LanguageModels.load(folder, placement, brought)) {
          GenerationConfig config = GenerationConfig.read(folder);
          print(Map.of("ids", likeliest(loaded, config, given, count, running)));
        }
      } else {
        long start = System.nanoTime();
        try (ChatModel loaded = ChatModel.load(folder, placement, brought)) {
          write(loaded, values, start, running);
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } finally {
      running.done.countDown();
    }
    return Main.OK;
  }

  private Placement placement(Messages messages) {
    return Placement.of(
        "cpu",
        switch (dtype) {
          case "auto" -> "auto";
          case "fp32", "float32" -> "float32";
          case "fp16", "float16" -> "float16";
          case "bf16", "bfloat16" -> "bfloat16";
          case "int8" -> "int8";
          default -> throw new IllegalArgumentException(messages.text("run.dtype.unknown", dtype));
        });
  }

  private int[] ids(Messages messages) {
    if (!ids.strip().matches("\\d{1,9}(\\s*,\\s*\\d{1,9})*")) {
      throw new IllegalArgumentException(messages.text("run.ids.form"));
    }
    String[] all = ids.strip().split("\\s*,\\s*");
    int[] numbers = new int[all.length];
    for (int i = 0; i < all.length; i++) {
      numbers[i] = Integer.parseInt(all[i]);
    }
    return numbers;
  }

  private static int number(String typed, String option, Messages messages) {
    if (!typed.matches("\\d{1,7}") || Integer.parseInt(typed) < 1) {
      throw new IllegalArgumentException(messages.text("run.number", option, typed));
    }
    return Integer.parseInt(typed);
  }

  /** Returns the likeliest ids one after another; an end of text does not end them. */
  private static List<Integer> likeliest(
      LanguageModel model, GenerationConfig config, int[] given, int count, Running running) {
    boolean encodes = model.encoderDecoder();
    List<Integer> found = new ArrayList<>();
    try (Continuation row = encodes ? model.open(new int[][] {given}) : model.open(1)) {
      int[] start = encodes ? new int[] {Math.max(0, config.decoderStartTokenId())} : given;
      float[] logits = row.prefill(start)[0];
      while (true) {
        if (running.stopped) {
          throw new CancellationException();
        }
        int best = 0;
        for (int id = 1; id < logits.length; id++) {
          best = logits[id] > logits[best] ? id : best;
        }
        found.add(best);
        if (found.size() == count) {
          return found;
        }
        logits = row.step(best)[0];
      }
    }
  }

  private void write(ChatModel model, Map<String, String> values, long start, Running running)
      throws IOException {
    Session session = models.session();
    GenerationConfig config = model.config();
    for (Map.Entry<String, String> value : values.entrySet()) {
      config = config.with(value.getKey(), value.getValue());
    }
    String text = text(session);
    Tokenizer tokenizer = model.language().tokenizer();
    int[] ids =
        chat
            ? model.encode(List.of(Message.user(text)), Map.of())
            : tokenizer.encodeWithSpecialTokens(text);
    long loaded = System.nanoTime();
    boolean goesOn = !chat && !model.language().encoderDecoder();
    DecodeStream stream = tokenizer.stream(goesOn ? ids : new int[0]);
    PrintStream out = session.console().out();
    StringBuilder written = new StringBuilder();
    List<Generated> all =
        Generation.of(model.language(), config)
            .cancelled(() -> running.stopped)
            .listener(
                (row, id) -> {
                  if (row == 0) {
                    show(stream.append(id), written, out);
                  }
                })
            .generate(new int[][] {ids});
    if (running.stopped) {
      throw new CancellationException();
    }
    show(stream.finish(), written, out);
    if (!json) {
      out.println();
      out.flush();
      return;
    }
    double seconds = (System.nanoTime() - loaded) / 1e9;
    Generated first = all.get(0);
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("text", written.toString());
    object.put("ids", list(first.ids()));
    object.put("finish", first.finish().name().toLowerCase(Locale.ROOT));
    object.put("prompt_ids", list(ids));
    if (all.size() > 1) {
      object.put("texts", all.stream().map(one -> tokenizer.decode(one.ids())).toList());
    }
    object.put("load_seconds", (loaded - start) / 1e9);
    object.put("seconds", seconds);
    print(object);
    if (first.finish() == Finish.STUCK) {
      throw new IllegalArgumentException(session.messages().text("run.stuck"));
    }
  }

  /** Returns the prompt as it is: a text that is continued may begin and end with anything. */
  private String text(Session session) throws IOException {
    if (!prompt.equals("-")) {
      return prompt;
    }
    byte[] bytes = session.console().in().readNBytes(LONGEST + 1);
    if (bytes.length > LONGEST) {
      throw new IllegalArgumentException(session.messages().text("run.long"));
    }
    String text = new String(bytes, StandardCharsets.UTF_8);
    return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
  }

  private void show(String text, StringBuilder written, PrintStream out) {
    written.append(text);
    if (!json) {
      out.print(text);
      out.flush();
    }
  }

  private void print(Map<String, Object> object) {
    models.session().console().out().println(PrettyJson.write(object));
  }

  private static List<Integer> list(int[] ids) {
    return Arrays.stream(ids).boxed().toList();
  }
}
