package dev.triptych.host.origin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.host.trust.Candidate;
import dev.triptych.host.works.Digest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plugins come from files, addresses, repositories and indexes; hostile ones end in a sentence. */
class OriginsTest {
  private static final byte[] JAR = "PK a jar".getBytes(UTF_8);
  private static final byte[] NEXT = "PK the next jar".getBytes(UTF_8);
  private static final byte[] SIGNATURE = "a signature".getBytes(UTF_8);

  @TempDir private Path temp;
  private Shelf shelf;
  private String home;
  private String local;

  @BeforeEach
  void open() throws IOException {
    shelf = new Shelf();
    home = System.setProperty("user.home", temp.toString());
    local = System.clearProperty("maven.repo.local");
  }

  @AfterEach
  void close() {
    shelf.close();
    System.setProperty("user.home", home);
    if (local != null) {
      System.setProperty("maven.repo.local", local);
    }
  }

  private Origins origins(String index) {
    return new Origins(temp, Optional.ofNullable(index), Map.of(), FetchListener.NONE);
  }

  private String refusal(Class<? extends Exception> type, String source) {
    String sentence = assertThrows(type, () -> origins(null).get(source)).getMessage();
    assertFalse(sentence.contains("\n"), sentence);
    return sentence;
  }

  @Test
  void filesHaveTheirSignatureBesideThem() throws Exception {
    Files.write(temp.resolve("one.jar"), JAR);
    Files.write(temp.resolve("one.jar.sig"), SIGNATURE);
    Candidate one = origins(null).get("one.jar");
    assertEquals(temp.resolve("one.jar").toString(), one.origin());
    assertArrayEquals(SIGNATURE, one.signature().orElseThrow());
    assertFalse(origins(null).offer(one.origin(), one.sha256()).newer());
    Files.write(temp.resolve("one.jar"), NEXT);
    assertTrue(origins(null).offer(one.origin(), one.sha256()).newer());
    assertTrue(refusal(IllegalArgumentException.class, "two.jar").contains("no file two.jar"));
  }

  @Test
  void whatWasSentHasNoOriginToAsk() throws Exception {
    Path sent = Files.write(temp.resolve("a.jar"), JAR);
    Candidate one = origins(null).get(sent.toString()).handedOver(Candidate.Way.UPLOAD);
    assertEquals("upload:a.jar", one.origin());
    Files.delete(sent);
    assertFalse(origins(null).offer(one.origin(), one.sha256()).newer());
    assertFalse(origins(null).offer("inbox:b.jar", one.sha256()).newer());
  }

  @Test
  void addressesAreFetchedAndLedOn() throws Exception {
    shelf.put("/a/one.jar", JAR).put("/a/one.jar.sig", SIGNATURE).put("/b.jar", NEXT);
    Candidate one = origins(null).get(shelf.at("/a/one.jar"));
    assertEquals("one.jar", one.name());
    assertArrayEquals(JAR, one.bytes());
    assertArrayEquals(SIGNATURE, one.signature().orElseThrow());
    Candidate moved = origins(null).get(shelf.at("/moved/b.jar"));
    assertArrayEquals(NEXT, moved.bytes());
    assertTrue(moved.signature().isEmpty());
    assertFalse(origins(null).offer(one.origin(), one.sha256()).newer());
    shelf.put("/a/one.jar", NEXT);
    assertEquals(
        Digest.sha256(NEXT),
        origins(null).offer(one.origin(), one.sha256()).candidate().orElseThrow().sha256());
  }

  @Test
  void hostileServersEndInASentence() {
    Map<String, String> sentences =
        Map.of(
            "/loop", "round and round",
            "/astray", "an address that is none",
            "/broken", "answered 500",
            "/cut", "was cut",
            "/private/x.jar", "without a login");
    sentences.forEach(
        (path, part) -> {
          String sentence = refusal(IOException.class, shelf.at(path));
          assertTrue(sentence.contains(part), sentence);
        });
    for (String wrong : List.of("/absent.jar", "/huge")) {
      refusal(IllegalArgumentException.class, shelf.at(wrong));
    }
    refusal(IllegalArgumentException.class, "http://user:secret@127.0.0.1/x.jar");
    refusal(IOException.class, "http://127.0.0.1:1/x.jar");
  }

  @Test
  void sizeAndTimeAreBounded() {
    WebFiles hasty =
        new WebFiles(
            Map.of(), new WebFiles.Patience(Duration.ofMillis(300), Duration.ofSeconds(5)));
    FetchListener none = FetchListener.NONE;
    URI endless = URI.create(shelf.at("/endless"));
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> hasty.get(endless, 1 << 20, "x", none))
            .getMessage()
            .contains("larger than 1 MiB"));
    URI silent = URI.create(shelf.at("/silent"));
    assertTrue(
        assertThrows(IOException.class, () -> hasty.get(silent, 1 << 20, "x", none))
            .getMessage()
            .contains("sends nothing more"));
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, () -> hasty.get(silent, 1 << 20, "x", none));
  }

  private void settings(String repository, String more) throws IOException {
    Files.createDirectories(temp.resolve(".m2"));
    Files.writeString(
        temp.resolve(".m2/settings.xml"),
        "<settings>"
            + more
            + "<mirrors><mirror><id>shelf</id><mirrorOf>*</mirrorOf><url>"
            + shelf.at(repository)
            + "</url></mirror></mirrors></settings>");
  }

  private void publish(String repository) {
    String folder = repository + "/dev/acme/haiku/";
    for (String version : List.of("1.2", "1.10")) {
      byte[] jar = version.equals("1.2") ? JAR : NEXT;
      String name = folder + version + "/haiku-" + version;
      shelf.checked(name + ".jar", jar).checked(name + "-small.zip", JAR);
    }
    shelf.checked(folder + "1.2/haiku-1.2.jar.sig", SIGNATURE);
    shelf.checked(
        folder + "maven-metadata.xml",
        ("<metadata><groupId>dev.acme</groupId><artifactId>haiku</artifactId><versioning>"
                + "<versions><version>1.2</version><version>1.10</version>"
                + "<version>1.11-SNAPSHOT</version></versions></versioning></metadata>")
            .getBytes(UTF_8));
  }

  @Test
  void coordinatesAreAskedOfTheUsersMirror() throws Exception {
    settings("/repo", "");
    publish("/repo");
    Candidate exact = origins(null).get("dev.acme:haiku:1.2");
    assertEquals("dev.acme:haiku:1.2", exact.origin());
    assertEquals("haiku-1.2.jar", exact.name());
    assertArrayEquals(JAR, exact.bytes());
    assertArrayEquals(SIGNATURE, exact.signature().orElseThrow());
    Candidate newest = origins(null).get("dev.acme:haiku");
    assertEquals("dev.acme:haiku:1.10", newest.origin());
    assertTrue(newest.signature().isEmpty());
    assertEquals("haiku-1.2-small.zip", origins(null).get("dev.acme:haiku:zip:small:1.2").name());
    Offer offer = origins(null).offer(exact.origin(), exact.sha256());
    assertTrue(offer.newer());
    assertEquals("dev.acme:haiku:1.10", offer.source());
    assertFalse(origins(null).offer(newest.origin(), newest.sha256()).newer());
    assertFalse(origins(null).offer("dev.acme:haiku:2.0-SNAPSHOT", "").newer());
    int before = shelf.asked().size();
    origins(null).get("dev.acme:haiku:1.2");
    assertFalse( // it is in the local repository
        shelf.asked().subList(before, shelf.asked().size()).stream()
            .anyMatch(path -> path.endsWith("haiku-1.2.jar")));
    String absent = refusal(IllegalArgumentException.class, "dev.acme:haiku:3");
    assertTrue(absent.contains("asked: shelf (" + shelf.at("/repo") + ")"), absent);
    assertTrue(
        refusal(IllegalArgumentException.class, "dev.acme:sonnet").contains("there is no release"));
  }

  @Test
  void offlineLoginsAndDamageAreTold() throws Exception {
    publish("/private");
    settings("/private", "");
    assertTrue(refusal(IOException.class, "dev.acme:haiku:1.2").contains("without a login"));
    settings(
        "/private",
        "<servers><server><id>shelf</id><username>reader</username>"
            + "<password>secret</password></server></servers>");
    assertArrayEquals(JAR, origins(null).get("dev.acme:haiku:1.2").bytes());
    settings("/private", "<offline>true</offline>");
    assertArrayEquals(JAR, origins(null).get("dev.acme:haiku:1.2").bytes());
    assertTrue(refusal(IOException.class, "dev.acme:haiku:1.10").contains("offline"));
    settings("/repo", "");
    shelf.checked("/repo/dev/acme/bad/1/bad-1.jar", JAR);
    shelf.put("/repo/dev/acme/bad/1/bad-1.jar", NEXT);
    assertTrue(refusal(IOException.class, "dev.acme:bad:1").contains("checksum"));
    settings("/cut", "");
    assertTrue(refusal(IOException.class, "dev.acme:worse:1").contains("cannot be had"));
    Files.writeString(temp.resolve(".m2/settings.xml"), "<settings><mirr");
    assertTrue(refusal(IOException.class, "dev.acme:haiku:1.2").contains("settings"));
  }

  @Test
  void anIndexNamesPluginsAndTheirBytes() throws Exception {
    shelf.put("/jars/one.jar", JAR).put("/jars/two.jar", NEXT);
    String sha = Digest.sha256(JAR);
    String index =
        "{\"format\":1,\"plugins\":[{\"id\":\"org.one\",\"version\":\"1.2\",\"source\":\"jars/one.jar\","
            + "\"sha256\":\""
            + sha
            + "\"},{\"id\":\"org.two\",\"version\":\"2\",\"source\":\""
            + shelf.at("/jars/two.jar")
            + "\",\"sha256\":\""
            + sha
            + "\"}]}";
    shelf.put("/index.json", index.getBytes(UTF_8));
    Origins origins = origins(shelf.at("/index.json"));
    Candidate one = origins.get("org.one");
    assertEquals("index:org.one", one.origin());
    assertEquals(sha, one.sha256());
    assertFalse(origins.offer(one.origin(), sha).newer());
    assertEquals("1.2", origins.offer(one.origin(), "other").version().orElseThrow());
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> origins.get("org.two"))
            .getMessage()
            .contains("SHA-256"));
    assertThrows(IllegalArgumentException.class, () -> origins.get("org.three"));
    assertThrows(IllegalArgumentException.class, () -> origins(null).index());
  }
}
