package dev.triptych.models.bert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.triptych.api.Placement;
import dev.triptych.models.bert.SentenceEncoder.Encoding;
import dev.triptych.models.safetensors.Safetensors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shipped encoders against ONNX Runtime on the same files, and what may be wrong with one. */
class SentenceEncoderTest {
  private static final Placement CPU = Placement.of("cpu", "auto");

  @TempDir static Path home;
  private static JsonNode goldens;

  @BeforeAll
  static void readGoldens() throws IOException {
    try (InputStream in = SentenceEncoderTest.class.getResourceAsStream("golden_encoders.json")) {
      goldens = new ObjectMapper().readTree(in);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void vectorsAreThoseOfOnnxRuntime(int index) throws IOException {
    JsonNode golden = goldens.get(index);
    Path folder = ShippedEncoders.folder(golden.path("name").asText(), home).orElseThrow();
    try (SentenceEncoder encoder = SentenceEncoder.load(folder, CPU)) {
      assertEquals(golden.path("length").asInt(), encoder.length());
      List<String> texts = new ArrayList<>();
      golden.path("rows").forEach(row -> texts.add(row.path("text").asText()));
      List<Encoding> together = encoder.encode(texts); // padded to the longest
      for (int i = 0; i < texts.size(); i++) {
        JsonNode row = golden.path("rows").get(i);
        assertArrayEquals(ints(row.path("ids")), encoder.ids(texts.get(i)), texts.get(i));
        float[] sentence = floats(row.path("sentence").asText());
        float[] lastToken = floats(row.path("lastToken").asText());
        for (Encoding encoding : List.of(together.get(i), encoder.encode(texts.get(i)))) {
          assertTrue(cosine(sentence, encoding.sentence()) > 0.99999, texts.get(i));
          assertArrayEquals(sentence, encoding.sentence(), 2e-6f, texts.get(i));
          assertEquals(row.path("ids").size(), encoding.tokens().length);
          float[] last = encoding.tokens()[encoding.tokens().length - 1];
          assertArrayEquals(lastToken, last, 2e-5f, texts.get(i));
        }
      }
    }
  }

  @Test
  void tellsMeaningsApart() throws IOException {
    Path folder = ShippedEncoders.folder(ShippedEncoders.BGE_ZH, home).orElseThrow();
    try (SentenceEncoder encoder = SentenceEncoder.load(folder, CPU)) {
      float[] snow = encoder.encode("大雪纷飞").sentence();
      assertTrue(
          cosine(snow, encoder.encode("下雪了").sentence())
              > cosine(snow, encoder.encode("股票下跌").sentence()) + 0.1);
      assertEquals(512, encoder.dimensions());
      assertEquals(2, encoder.encode("").tokens().length);
    }
  }

  @Test
  void servesManyThreadsAtOnce() throws Exception {
    Path folder = ShippedEncoders.folder(ShippedEncoders.MINI_LM, home).orElseThrow();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (SentenceEncoder encoder = SentenceEncoder.load(folder, CPU)) {
      float[] alone = encoder.encode("a red kite over the hill").sentence();
      List<Callable<float[]>> calls = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        calls.add(() -> encoder.encode("a red kite over the hill").sentence());
      }
      for (Future<float[]> call : threads.invokeAll(calls)) {
        assertArrayEquals(alone, call.get());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void convertsOnceAndLeavesOnlyTheFolder() throws IOException {
    Path folder = ShippedEncoders.folder(ShippedEncoders.MINI_LM, home).orElseThrow();
    FileTime made = Files.getLastModifiedTime(folder.resolve("model.safetensors"));
    assertEquals(folder, ShippedEncoders.folder(ShippedEncoders.MINI_LM, home).orElseThrow());
    assertEquals(made, Files.getLastModifiedTime(folder.resolve("model.safetensors")));
    try (Stream<Path> beside = Files.list(folder.getParent());
        Stream<Path> hub = Files.list(home.resolve("hub"))) {
      assertEquals(List.of(folder), beside.toList());
      assertTrue(hub.allMatch(model -> model.getFileName().toString().startsWith("models--")));
    }
    assertTrue(ShippedEncoders.folder("someone/else", home).isEmpty());
  }

  @Test
  void theRevisionNamesTheJarsThatAreThere() throws IOException {
    for (String artifact : List.of("all-minilm-l6-v2", "bge-small-zh-v15")) {
      String name = "/META-INF/maven/dev.langchain4j/langchain4j-embeddings-" + artifact;
      try (InputStream in =
          SentenceEncoderTest.class.getResourceAsStream(name + "/pom.properties")) {
        String properties = new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        String version = ShippedEncoders.REVISION.replace("langchain4j-", "version=");
        assertTrue(properties.contains(version), properties);
      }
    }
  }

  @Test
  void twoAtOnceMakeOneFolder(@TempDir Path other) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Callable<Path> make = () -> ShippedEncoders.folder(ShippedEncoders.BGE_ZH, other).get();
      List<Future<Path>> made = threads.invokeAll(List.of(make, make));
      assertEquals(made.get(0).get(), made.get(1).get());
      try (Stream<Path> beside = Files.list(made.get(0).get().getParent())) {
        assertEquals(1, beside.count());
      }
      Safetensors.open(made.get(0).get().resolve("model.safetensors"));
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void saysWhatIsWrongWithAFolder(@TempDir Path broken) throws IOException {
    Path good = ShippedEncoders.folder(ShippedEncoders.MINI_LM, home).orElseThrow();
    for (String name : List.of("config.json", "tokenizer.json")) {
      Files.copy(good.resolve(name), broken.resolve(name));
    }
    assertThrows(IOException.class, () -> SentenceEncoder.load(broken, CPU)); // no weights
    Files.copy(good.resolve("model.safetensors"), broken.resolve("model.safetensors"));
    String config = Files.readString(broken.resolve("config.json"));
    assertMessage("has shape", broken, config.replace(": 1536", ": 1537"));
    assertMessage("lacks the weight encoder.layer.6", broken, config.replace(": 6,", ": 7,"));
    assertMessage("only \"bert\"", broken, config.replace("\"bert\"", "\"t5\""));
    assertMessage("num_attention_heads", broken, config.replace(": 12,", ": \"many\","));
    assertMessage("no BERT has", broken, config.replace(": 12,", ": 7,"));
    assertMessage("config.json", broken, "");
  }

  private static void assertMessage(String part, Path folder, String config) throws IOException {
    Files.writeString(folder.resolve("config.json"), config);
    IOException e = assertThrows(IOException.class, () -> SentenceEncoder.load(folder, CPU));
    assertTrue(e.getMessage().contains(part), e.getMessage());
  }

  static double cosine(float[] a, float[] b) {
    double dot = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      dot += a[i] * (double) b[i];
      aa += a[i] * (double) a[i];
      bb += b[i] * (double) b[i];
    }
    return dot / Math.sqrt(aa * bb);
  }

  private static float[] floats(String base64) {
    ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(base64));
    float[] numbers = new float[bytes.remaining() / 4];
    bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(numbers);
    return numbers;
  }

  private static int[] ints(JsonNode array) {
    int[] numbers = new int[array.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = array.get(i).asInt();
    }
    return numbers;
  }
}
