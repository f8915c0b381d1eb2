package dev.triptych.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PoemVerifierTest {
  private static final String LEVEL = "依山黄河流穷千层楼";
  private static final String OBLIQUE = "白日尽入海欲里目更上一";

  @TempDir Path folder;

  /** Writes a table of the characters of one poem, whose rhyme is 十一尤. */
  private PoemVerifier verifier() throws IOException {
    StringBuilder table = new StringBuilder("#char\tpart\tgroup\ttone\tsource\n");
    LEVEL
        .codePoints()
        .mapToObj(Character::toString)
        .forEach(
            c -> {
              String group = "流楼".contains(c) ? "十一尤" : "一先";
              table.append(c).append("\t下平声\t").append(group).append("\t平\ttable\n");
            });
    OBLIQUE
        .codePoints()
        .mapToObj(Character::toString)
        .forEach(c -> table.append(c).append("\t去声\t一送\t仄\ttable\n"));
    Path file = folder.resolve("table.tsv");
    Files.writeString(file, table);
    return new PoemVerifier(file);
  }

  @Test
  void aPoemInOrderHasNoFault() throws IOException {
    assertEquals(List.of(), verifier().faults("# 登鹳雀楼\n白日依山尽\n黄河入海流\n欲穷千里目\n更上一层楼\n"));
  }

  @Test
  void eachRuleCanFail() throws IOException {
    PoemVerifier verifier = verifier();
    fails(verifier, "白日依山尽\n黄河入海流\n欲穷千里目\n", "3 lines");
    fails(verifier, "白日依山尽\n黄河入海流\n欲穷千里目\n更上一层山\n", "no level rhyme");
    fails(verifier, "白日依山尽\n黄河入海流\n欲穷千里目\n更上一层流\n", "twice");
    fails(verifier, "白日依山尽\n黄河入海流\n欲穷千里山\n更上一层楼\n", "ends level");
    fails(verifier, "白日依山尽\n黄河山河流\n欲穷千里目\n更上一层楼\n", "characters 2 and 4 alike");
    fails(verifier, "白日依山尽\n白日依山流\n欲穷千里目\n更上一层楼\n", "no 对");
    fails(verifier, "白日依山尽\n黄河入海流\n更上一层目\n欲穷千里楼\n", "no 粘");
    fails(verifier, "白日依山尽\n黄河入海流\n欲穷千里目\n更上层层楼\n", "three level tones");
    fails(verifier, "白日依山尽\n入河入海流\n欲穷千里目\n更上一层楼\n", "lone level tone");
  }

  private static void fails(PoemVerifier verifier, String poem, String fault) {
    String faults = verifier.faults(poem).toString();
    assertTrue(faults.contains(fault), poem + faults);
  }
}
