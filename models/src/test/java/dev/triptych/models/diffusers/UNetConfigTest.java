package dev.triptych.models.diffusers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.triptych.api.Placement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a UNet's config.json may say, and what is refused in one sentence. */
class UNetConfigTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path GOLDEN = Path.of("src/test/golden/unet");

  @TempDir Path folder;

  @Test
  void refusesWhatWouldChangeTheResult() throws IOException {
    assertRefused("{'class_embed_type': 'timestep'}", "class labels");
    assertRefused("{'num_class_embeds': 10}", "class labels");
    assertRefused("{'num_attention_heads': 8}", "attention_head_dim");
    assertRefused("{'addition_embed_type': 'image'}", "text_time");
    assertRefused("{'resnet_time_scale_shift': 'scale_shift'}", "default");
    assertRefused("{'dual_cross_attention': true}", "is not supported");
    assertRefused("{'encoder_hid_dim': 768}", "is not supported");
    assertRefused("{'down_block_types': ['AttnDownBlock2D']}", "CrossAttnDownBlock2D");
    assertRefused("{'mid_block_type': 'UNetMidBlock2DSimpleCrossAttn'}", "or null");
    assertRefused("{'cross_attention_dim': [1, 2, 2, 2]}", "must be one width");
    assertRefused("{'transformer_layers_per_block': [1, [1, 1], 1, 1]}", "reverse_transformer");
    assertRefused("{'conv_in_kernel': 2}", "odd");
    assertRefused("{'norm_num_groups': 7}", "multiples of 7");
    assertRefused("{'norm_num_groups': null}", "whole number");
    assertRefused("{'act_fn': 'tanh'}", "must be silu");
    assertRefused("{'freq_shift': 160}", "below the number of frequencies");
    assertRefused("{'mid_block_scale_factor': 0}", "must not be 0");
    assertRefused("{'tomorrows_trick': 3}", "known are act_fn, ");
    assertRefused("{'attention_head_dim': 640}", "must not exceed");
    assertRefused("{'addition_embed_type': 'text_time'}", "addition_time_embed_dim");
  }

  @Test
  void letsThroughWhatChangesNothing() throws IOException {
    UNetConfig plain = config("{}");
    UNetConfig noisy =
        config(
            "{'dropout': 0.1, 'upcast_attention': true, 'sample_size': 96, '_name_or_path': 'x',"
                + " 'tomorrows_trick': null, 'yesterdays_trick': false, 'act_fn': 'swish'}");
    assertEquals(plain.weights().shapes().keySet(), noisy.weights().shapes().keySet());
    assertEquals(859_520_964, config("{'cross_attention_dim': 768}").parameters()); // SD 1.5
    assertEquals("silu", noisy.activation());
  }

  @Test
  void anyDamageToASettingIsOneSentence() throws IOException {
    int refused = 0;
    String[] junk = {
      "null", "true", "'x'", "-1", "0", "1.5", "1e9", "[]", "[-1, 'x']", "{}", "[[1]]"
    };
    JsonNode cases = JSON.readTree(GOLDEN.resolve("cases.json").toFile());
    for (JsonNode golden : List.of(cases.get(1), cases.get(4))) {
      List<String> keys = new ArrayList<>();
      golden.get("config").fieldNames().forEachRemaining(keys::add);
      for (String key : keys) {
        for (String value : junk) {
          ObjectNode damaged = golden.get("config").deepCopy();
          damaged.set(key, JSON.readTree(value.replace('\'', '"')));
          try {
            UNetConfigReader.read(ModelConfig.of(Path.of("config.json"), damaged)).weights();
          } catch (IOException e) {
            assertEquals(1, e.getMessage().lines().count());
            assertTrue(e.getMessage().contains("config.json"), e.getMessage());
            refused++;
          }
        }
      }
    }
    assertTrue(refused > 600, refused + " refused");
  }

  @Test
  void whatIsToldMustFitTheModel() throws IOException {
    Path shards = GOLDEN.resolve("shards-fp16"); // knows guidance, no pooled text
    float[] text = new float[2 * 12];
    try (UNet unet = UNet.load(shards, Placement.of("cpu", "float32"))) {
      for (Added wrong :
          List.of(Added.text(new float[4], new float[12]), Added.guidance(7.5, 8, 2))) {
        IllegalArgumentException refusal =
            assertThrows(
                IllegalArgumentException.class, () -> unet.condition(2, text, 1, null, wrong));
        assertEquals(1, refusal.getMessage().lines().count());
      }
      assertThrows(
          IllegalArgumentException.class, () -> unet.condition(2, new float[7], 1, null, null));
      unet.condition(2, text, 1, null, Added.guidance(7.5, 6, 2)).close();
      try (UNet.Condition condition = unet.condition(2, text, 1, null, null)) {
        assertThrows(
            IllegalArgumentException.class, () -> unet.predict(new float[9], 2, 2, 5, condition));
      }
    }
  }

  /** get_guidance_scale_embedding(torch.tensor([6.5]), 6) of diffusers 0.34 with torch 2.7.1. */
  @Test
  void embedsTheGuidanceAsDiffusers() {
    float[] expected = {-0.044785f, 0.826829f, 0.605186f, -0.998997f, -0.562454f, 0.796084f};
    float[] embedded = Added.guidance(7.5, 6, 2).guidance();
    for (int i = 0; i < 12; i++) {
      assertEquals(expected[i % 6], embedded[i], 1e-4);
    }
  }

  private void assertRefused(String settings, String why) {
    IOException refusal = assertThrows(IOException.class, () -> config(settings));
    assertEquals(1, refusal.getMessage().lines().count());
    assertTrue(refusal.getMessage().contains(why), refusal.getMessage());
  }

  /** SD 1's settings, with those given. */
  private UNetConfig config(String settings) throws IOException {
    ObjectNode json = JSON.createObjectNode();
    JsonNode given = JSON.readTree(settings.replace('\'', '"'));
    for (Iterator<String> keys = given.fieldNames(); keys.hasNext(); ) {
      String key = keys.next();
      json.set(key, given.get(key));
    }
    return read(json);
  }

  private UNetConfig read(ObjectNode json) throws IOException {
    Files.writeString(folder.resolve("config.json"), json.toString());
    return UNetConfig.read(folder);
  }
}
