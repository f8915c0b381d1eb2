package dev.triptych.host.web;

import com.fasterxml.jackson.databind.JsonNode;
import dev.triptych.host.trust.Candidate;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * What is asked of plugins, models and generators: the very commands of the command line, so that
 * both say and check the same. [any thread]
 */
final class PluginCalls {
  private static final String ARCHIVE = "application/java-archive";
  private static final int MOST_SIGNATURE = 4096;

  private final Commands commands;
  private final Path home;

  PluginCalls(Commands commands, Path home) {
    this.commands = commands;
    this.home = home;
  }

  /** Answers with what a command says as JSON. */
  void ask(Call call, String... command) throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of(command));
    arguments.add("--json");
    answer(call, arguments);
  }

  private void answer(Call call, List<String> arguments) throws IOException, InterruptedException {
    Commands.Said said = commands.run(arguments, call.language());
    if (said.exit() == 0) {
      call.text(200, said.out());
    } else {
      throw new Refusal(said.exit() == 2 ? 400 : 500, said.sentence());
    }
  }

  /** Installs what the body holds, or what its source names. */
  void install(Call call) throws IOException, InterruptedException {
    change(call, "install", List.of());
  }

  /** Updates a plugin to what the body holds, or to what its source names or knows. */
  void update(Call call) throws IOException, InterruptedException {
    change(call, "update", List.of(call.part(0)));
  }

  void remove(Call call) throws IOException, InterruptedException {
    answer(call, List.of("plugins", "remove", "--json", "--", call.part(0)));
  }

  void rollback(Call call) throws IOException, InterruptedException {
    JsonNode to = call.json().path("to");
    if (!to.isMissingNode() && !to.isIntegralNumber()) {
      throw new Refusal(400, "to must be the number of a set of plugins");
    }
    List<String> arguments = new ArrayList<>(List.of("plugins", "rollback", "--json"));
    if (to.isIntegralNumber()) {
      arguments.addAll(List.of("--to", to.asText()));
    }
    answer(call, arguments);
  }

  private void change(Call call, String verb, List<String> otherwise)
      throws IOException, InterruptedException {
    if (call.mediaType().equals(ARCHIVE)) {
      upload(call, verb);
      return;
    }
    JsonNode json = call.json();
    String source = json.path("source").asText("");
    List<String> target = source.isEmpty() ? otherwise : List.of(source);
    if (target.isEmpty() || !source.isEmpty() && !remote(source)) {
      throw new Refusal(
          400,
          "source must be an http(s) address or Maven coordinates; send a file's bytes as "
              + ARCHIVE);
    }
    boolean unsigned = json.path("allowUnsigned").asBoolean();
    run(call, verb, List.of("--", target.get(0)), unsigned, json.path("dryRun").asBoolean());
  }

  /** Returns whether a source is no path: over HTTP nobody names files. */
  private static boolean remote(String source) {
    return source.matches("https?://\\S{1,2000}")
        || source.matches("[A-Za-z0-9_.-]+(:[A-Za-z0-9_.-]+){1,4}");
  }

  private void run(Call call, String verb, List<String> what, boolean unsigned, boolean dry)
      throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("plugins", verb, "--json"));
    if (unsigned) {
      arguments.add("--allow-unsigned");
    }
    if (dry) {
      arguments.add("--dry-run");
    }
    arguments.addAll(what);
    answer(call, arguments);
  }

  /** Writes the bytes to a folder of their own, with the signature beside them. */
  private void upload(Call call, String verb) throws IOException, InterruptedException {
    Map<String, String> query = call.query();
    String name = query.getOrDefault("name", "plugin.jar");
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,95}\\.jar")) {
      throw new Refusal(400, "name must be a file's name that ends with .jar");
    }
    byte[] signature;
    try {
      signature = Base64.getDecoder().decode(call.header("Triptych-Signature"));
    } catch (IllegalArgumentException e) {
      throw new Refusal(400, "the header Triptych-Signature must be base64");
    }
    if (signature.length > MOST_SIGNATURE) {
      throw new Refusal(400, "the signature is too long");
    }
    call.bound(Candidate.MAX_BYTES);
    Path folder = Files.createTempDirectory(home, "new-upload-");
    try {
      Path jar = folder.resolve(name);
      receive(call.body(), jar);
      if (signature.length > 0) {
        Files.write(folder.resolve(name + ".sig"), signature);
      }
      boolean unsigned = query.getOrDefault("allowUnsigned", "").equals("true");
      boolean dry = query.getOrDefault("dryRun", "").equals("true");
      run(call, verb, List.of("--uploaded", "--", jar.toString()), unsigned, dry);
    } finally {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
        for (Path file : files) {
          Files.deleteIfExists(file);
        }
      }
      Files.deleteIfExists(folder);
    }
  }

  private static void receive(InputStream in, Path jar) throws IOException {
    try (OutputStream out = Files.newOutputStream(jar)) {
      byte[] buffer = new byte[1 << 16];
      long total = 0;
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        total += count;
        if (total > Candidate.MAX_BYTES) {
          throw Call.tooLarge(Candidate.MAX_BYTES);
        }
        out.write(buffer, 0, count);
      }
    }
  }
}
