package dev.triptych.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PhrasebookTest {
  @TempDir private Path temp;

  private Phrasebook with(String... lines) throws Exception {
    Path file = Files.write(temp.resolve("sentences_zh.tsv"), List.of(lines));
    return Phrasebook.read(List.<URL>of(file.toUri().toURL()));
  }

  @Test
  void whoFailedIsSaidApartFromWhy() throws Exception {
    Phrasebook book = with("{1}: {2} is no pipeline; known are {3}\t{1}：{2} 不是管线；有 {3}");
    assertEquals(
        "x.y (z 1.0) 失败：/a/b.json：FluxPipeline 不是管线；有 A, B",
        book.chinese("x.y (z 1.0) failed: /a/b.json: FluxPipeline is no pipeline; known are A, B"));
    assertEquals(
        "x.y (z 1.0) 失败：缺少 /a/b.json：这个文件夹是 diffusers 模型吗？",
        book.chinese("x.y (z 1.0) failed: /a/b.json is missing; is its folder a diffusers model?"));
  }

  @Test
  void whatDamagedModelFoldersAreToldIsChinese() throws Exception {
    Phrasebook book = with();
    assertEquals(
        "/m/unet/config.json：down_block_types = [\"Foo\"] 须为 2 个块，每个是 A or B",
        book.chinese(
            "/m/unet/config.json: down_block_types = [\"Foo\"] must name 2 blocks, each A or B"));
    assertEquals(
        "/m/w.safetensors：k.weight 是 F16[8, 16]，而 config.json 要求 [8, 24]",
        book.chinese("/m/w.safetensors: k.weight is F16[8, 16], but config.json asks for [8, 24]"));
    assertEquals(
        "a/b 不在缓存里：请先拉取（triptych models pull a/b）",
        book.chinese("a/b is not in the cache: pull it first (triptych models pull a/b)"));
    assertEquals(
        "/m/c.json：norm_num_groups = 0 须为 1 到 9 的整数",
        book.chinese("/m/c.json: norm_num_groups = 0 must be a whole number from 1 to 9"));
  }

  @Test
  void whatFaultyPluginsAreToldIsChinese() throws Exception {
    Phrasebook book = with();
    assertEquals(
        "生成器 a.b 连续失败 3 次，已被隔离，最后一次：a.b (c 1.0.0) 失败：它在 d.E 里调用了会结束程序的 System.exit"
            + "；请更新或重装其插件，或重新启动",
        book.chinese(
            "the generator a.b is quarantined after 3 failures in a row, the last: a.b (c 1.0.0)"
                + " failed: it called System.exit in d.E, which would end the program; update or"
                + " reinstall its plugin, or restart"));
    assertEquals(
        "a.b (c 1.0.0) 没有结束线程 x，它不理会中断：在它结束之前，插件留在内存里",
        book.chinese(
            "a.b (c 1.0.0) left the thread x running, which ignores interrupts: its plugin stays in"
                + " memory until it ends"));
    assertEquals(
        "一次任务的作品合起来至多 1024 MB",
        book.chinese("the works of one job may have at most 1024 MB together"));
  }

  @Test
  void whatNoPhrasebookHasStaysAsItIs() throws Exception {
    assertEquals("nobody wrote this", with().chinese("nobody wrote this"));
  }
}
