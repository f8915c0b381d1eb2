package dev.triptych.models.hub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.models.hub.HubException.Problem;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A pull from a hub that fails in every way it can: gone on with or refused, never a wrong file.
 */
class HubTest {
  private static final String WEIGHTS = "model.safetensors";
  private static final Patience QUICK =
      new Patience(Duration.ofSeconds(10), 4, Duration.ofMillis(5), Duration.ofSeconds(2));

  @TempDir private Path temp;
  private FaultyHub server;
  private Path cache;

  @BeforeEach
  void open() throws IOException {
    server = new FaultyHub();
    server.files.putAll(tiny());
    cache = temp.resolve("hub");
  }

  @AfterEach
  void close() throws IOException {
    server.close();
    assertNoWrongFile(cache);
  }

  /** The model of golden/hub/make.py. */
  private static Map<String, byte[]> tiny() {
    byte[] weights = new byte[200_000];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (byte) ((i * 31L + 7) % 251);
    }
    return Map.of(
        "README.md",
        "---\nlicense: apache-2.0\n---\n# Tiny\n".getBytes(UTF_8),
        "config.json",
        "{\"model_type\": \"llama\"}".getBytes(UTF_8),
        "empty.txt",
        new byte[0],
        WEIGHTS,
        weights,
        "sub/folder/config.json",
        "{\"model_type\": \"llama\"}".getBytes(UTF_8));
  }

  private Hub hub(Map<String, String> environment) {
    return Hub.of(
        HubSettings.of(environment)
            .withEndpoint(server.address())
            .withCache(cache)
            .withPatience(QUICK));
  }

  private Path pull() throws Exception {
    return hub(Map.of("HF_HOME", temp.toString())).pull(FaultyHub.REPO);
  }

  private HubException refused(Problem problem) {
    HubException e = assertThrows(HubException.class, this::pull);
    assertEquals(problem, e.problem(), e.getMessage());
    assertFalse(e.getMessage().contains("\n"), e.getMessage());
    return e;
  }

  private void assertPulled(Path folder) throws IOException {
    for (Map.Entry<String, byte[]> file : server.files.entrySet()) {
      assertArrayEquals(
          file.getValue(), Files.readAllBytes(folder.resolve(file.getKey())), file.getKey());
    }
  }

  /** Every blob has the digest that is its name. */
  private static void assertNoWrongFile(Path cache) throws IOException {
    if (Files.isDirectory(cache)) {
      try (Stream<Path> walk = Files.walk(cache)) {
        for (Path file : (Iterable<Path>) walk.filter(Files::isRegularFile)::iterator) {
          String name = file.getFileName().toString();
          if (file.getParent().endsWith("blobs") && !name.endsWith(".incomplete")) {
            assertTrue(Checksum.holds(file, name, count -> {}), name);
          }
        }
      }
    }
  }

  @Test
  void theCacheIsThatOfHuggingfaceHub() throws Exception {
    Path folder = pull();
    assertPulled(folder);
    List<String> lines = new ArrayList<>();
    try (Stream<Path> walk = Files.walk(cache)) {
      for (Path file : walk.filter(one -> !Files.isDirectory(one)).sorted().toList()) {
        String name = cache.relativize(file).toString();
        if (!name.startsWith(".locks")) {
          lines.add(
              Files.isSymbolicLink(file)
                  ? name + " -> " + Files.readSymbolicLink(file)
                  : name + " " + sha256(file));
        }
      }
    }
    List<String> golden = Files.readAllLines(Path.of("src/test/golden/hub/layout.txt"));
    assertEquals(String.join("\n", golden), String.join("\n", lines));
  }

  private static String sha256(Path file) throws IOException {
    return FaultyHub.digest("x.safetensors", Files.readAllBytes(file));
  }

  @Test
  void asecondPullDownloadsNothing() throws Exception {
    pull();
    int before = server.log.size();
    assertPulled(pull());
    List<FaultyHub.Request> later = server.log.subList(before, server.log.size());
    assertTrue(
        later.stream()
            .noneMatch(one -> one.method().equals("GET") && one.path().contains("resolve")),
        later.toString());
  }

  @Test
  void cutsAreGoneOnWith() throws Exception {
    server.fail(
        "GET",
        WEIGHTS,
        server.cutAfter(WEIGHTS, 50_000),
        server.cutAfter(WEIGHTS, 1),
        server.cutAfter(WEIGHTS, 70_000),
        (request, out) -> {});
    assertPulled(pull());
    List<Integer> from =
        server.gets(WEIGHTS).stream().map(one -> FaultyHub.from(one).orElse(0)).toList();
    assertEquals(List.of(0, 50_000, 50_001, 120_001, 120_001), from);
  }

  @Test
  void aHubThatOnlyCutsIsRefusedAndWhatCameIsKept() throws Exception {
    for (int i = 0; i < 4; i++) {
      server.fail("GET", WEIGHTS, server.cutAfter(WEIGHTS, 1000));
    }
    refused(Problem.CUT);
    Path part = part();
    assertEquals(4000, Files.size(part));
    assertPulled(pull());
    assertFalse(Files.exists(part));
  }

  private Path part() {
    String digest = FaultyHub.digest(WEIGHTS, server.files.get(WEIGHTS));
    return cache.resolve("models--tiny--writer/blobs").resolve(digest + ".incomplete");
  }

  @Test
  void corruptBytesAreFetchedAgainOnceAndThenRefused() throws Exception {
    FaultyHub.Fault corrupt =
        (request, out) -> {
          byte[] bytes = server.files.get(WEIGHTS).clone();
          bytes[1234] ^= 1;
          FaultyHub.head(out, 200, "Content-Length: " + bytes.length);
          out.write(bytes);
        };
    server.fail("GET", WEIGHTS, corrupt, corrupt, corrupt);
    refused(Problem.CHECKSUM);
    assertFalse(Files.exists(cache.resolve("models--tiny--writer/refs")));
    assertFalse(Files.exists(cache.resolve("models--tiny--writer/snapshots")));
    assertPulled(pull()); // one more bad answer, then the truth
  }

  @Test
  void aCorruptPartOfAnEarlierTryIsThrownAway() throws Exception {
    Files.createDirectories(part().getParent());
    Files.write(part(), new byte[100_000]);
    assertPulled(pull());
    Files.delete(pull().resolve(WEIGHTS).toRealPath());
    Files.write(part(), new byte[300_000]); // longer than the file
    assertPulled(pull());
  }

  @Test
  void aBlobOfAnotherSizeIsFetchedAgain() throws Exception {
    Path blob = pull().resolve(WEIGHTS).toRealPath();
    Files.write(blob, new byte[10]);
    assertPulled(pull());
  }

  @Test
  void theTokenGoesToTheHubAlone() throws Exception {
    try (FaultyHub storage = new FaultyHub()) {
      storage.files.putAll(tiny());
      server.storage = storage.address().toString();
      Hub hub = hub(Map.of("HF_HOME", temp.toString(), "HF_TOKEN", "hf_secret"));
      assertPulled(hub.pull(FaultyHub.REPO));
      assertEquals(List.of("GET"), storage.log.stream().map(FaultyHub.Request::method).toList());
      assertEquals("", storage.log.get(0).header("Authorization"));
      for (FaultyHub.Request one : server.log) {
        assertEquals("Bearer hf_secret", one.header("Authorization"), one.path());
      }
      assertFalse(hub.settings().toString().contains("secret"));
    }
  }

  @Test
  void redirectsOnTheHubKeepTheTokenAndCirclesAreRefused() throws Exception {
    String resolve = "/tiny/writer/resolve/" + FaultyHub.COMMIT + "/config.json";
    server.fail("HEAD", "config.json", FaultyHub.status(307, "Location: " + resolve));
    Hub hub = hub(Map.of("HF_HOME", temp.toString(), "HF_TOKEN", "t"));
    assertPulled(hub.pull(FaultyHub.REPO));
    assertTrue(server.log.stream().allMatch(one -> one.header("Authorization").equals("Bearer t")));
    for (int i = 0; i < 10; i++) {
      server.fail("HEAD", "config.json", FaultyHub.status(307, "Location: " + resolve));
    }
    refused(Problem.REDIRECT);
    server.faults.clear();
    server.fail("HEAD", "config.json", FaultyHub.status(302, "Location: file:///etc/passwd"));
    refused(Problem.REDIRECT);
    server.fail("HEAD", "config.json", FaultyHub.status(302));
    refused(Problem.REDIRECT);
  }

  @Test
  void aThrottlingHubIsWaitedForUnlessItAsksTooMuch() throws Exception {
    server.fail("GET", "", FaultyHub.status(429, "Retry-After: 1"));
    server.fail(
        "GET", WEIGHTS, FaultyHub.status(429, "Retry-After: Sun, 06 Nov 1994 08:49:37 GMT"));
    server.fail("HEAD", "config.json", FaultyHub.status(429, "RateLimit: \"api\";r=0;t=1"));
    long began = System.nanoTime();
    assertPulled(pull());
    assertTrue(System.nanoTime() - began > 1_900_000_000L);
    server.fail("GET", "", FaultyHub.status(429, "Retry-After: 3600"));
    assertTrue(refused(Problem.THROTTLED).getMessage().contains("3600 s"));
  }

  @Test
  void silenceEndsATryBeforeAndInsideTheAnswer() throws Exception {
    Hub hub =
        Hub.of(
            hub(Map.of("HF_HOME", temp.toString()))
                .settings()
                .withPatience(
                    new Patience(
                        Duration.ofSeconds(1), 4, Duration.ofMillis(5), Duration.ofSeconds(2))));
    FaultyHub.Fault silent = (request, out) -> Thread.sleep(4000);
    FaultyHub.Fault stalls =
        (request, out) -> {
          server.cutAfter(WEIGHTS, 80_000).answer(request, out);
          out.flush();
          Thread.sleep(4000);
        };
    server.fail("GET", "", silent);
    server.fail("GET", WEIGHTS, stalls, silent);
    assertPulled(hub.pull(FaultyHub.REPO));
    assertEquals("bytes=80000-", server.gets(WEIGHTS).get(1).header("Range"));
    server.fail("GET", "", silent, silent, silent, silent);
    HubException e = assertThrows(HubException.class, () -> hub.pull(FaultyHub.REPO));
    assertEquals(Problem.STALLED, e.problem());
  }

  @Test
  void refusalsSayWhatToDo() throws Exception {
    server.fail("GET", "", FaultyHub.status(401));
    assertTrue(refused(Problem.UNAUTHORIZED).getMessage().contains("HF_TOKEN"));
    server.fail("GET", "", FaultyHub.status(403));
    assertTrue(refused(Problem.FORBIDDEN).getMessage().contains("/tiny/writer"));
    server.fail("HEAD", WEIGHTS, FaultyHub.status(401, "X-Error-Code: GatedRepo"));
    refused(Problem.FORBIDDEN);
    server.fail("GET", "", FaultyHub.status(404, "X-Error-Code: RepoNotFound"));
    refused(Problem.UNKNOWN_REPO);
    server.fail("GET", "", FaultyHub.status(404, "X-Error-Code: RevisionNotFound"));
    refused(Problem.UNKNOWN_REVISION);
    server.fail("HEAD", WEIGHTS, FaultyHub.status(404, "X-Error-Code: EntryNotFound"));
    assertTrue(refused(Problem.UNKNOWN_FILE).getMessage().contains(WEIGHTS));
    server.fail("GET", "", FaultyHub.status(404)); // the model itself answers
    refused(Problem.UNKNOWN_REVISION);
    Hub hub = hub(Map.of("HF_HOME", temp.toString()));
    HubException other = assertThrows(HubException.class, () -> hub.pull("tiny/other"));
    assertEquals(Problem.UNKNOWN_REPO, other.problem());
    assertPulled(hub.pull(FaultyHub.REPO + "@" + FaultyHub.COMMIT));
  }

  @Test
  void serverErrorsPassOrAreSaid() throws Exception {
    server.fail("GET", "", FaultyHub.status(500), FaultyHub.status(503));
    server.fail("HEAD", WEIGHTS, FaultyHub.status(502), FaultyHub.status(504));
    server.fail("GET", WEIGHTS, FaultyHub.status(500), FaultyHub.status(416));
    assertPulled(pull());
    for (int i = 0; i < 4; i++) {
      server.fail("GET", "", FaultyHub.status(500));
    }
    assertTrue(refused(Problem.SERVER).getMessage().contains("500"));
  }

  @Test
  void aRangeThatIsNotTheOneAskedForIsRefused() throws Exception {
    byte[] bytes = server.files.get(WEIGHTS);
    FaultyHub.Fault whole =
        (request, out) -> {
          FaultyHub.head(out, 200, "Content-Length: " + bytes.length);
          out.write(bytes);
        };
    server.fail("GET", WEIGHTS, server.cutAfter(WEIGHTS, 60_000), whole);
    assertPulled(pull()); // a server without ranges
    Files.delete(pull().resolve(WEIGHTS).toRealPath());
    FaultyHub.Fault wrongRange =
        (request, out) -> {
          FaultyHub.head(out, 206, "Content-Range: bytes 0-9/10", "Content-Length: 140000");
          out.write(bytes, 60_000, 140_000);
        };
    server.fail("GET", WEIGHTS, server.cutAfter(WEIGHTS, 60_000), wrongRange);
    assertPulled(pull());
    Files.delete(pull().resolve(WEIGHTS).toRealPath());
    Files.write(part(), bytes); // complete, only the move is missing
    int before = server.gets(WEIGHTS).size();
    assertPulled(pull());
    assertEquals(before, server.gets(WEIGHTS).size());
  }

  @Test
  void liesAboutSizesAreRefused() throws Exception {
    byte[] bytes = server.files.get(WEIGHTS);
    for (int length : new int[] {10, bytes.length - 1, bytes.length + 1, 2_000_000_000}) {
      FaultyHub.Fault lie =
          (request, out) -> {
            FaultyHub.head(out, 200, "Content-Length: " + length);
            out.write(bytes);
          };
      server.fail("GET", WEIGHTS, lie, lie, lie, lie);
      refused(Problem.SIZE);
    }
    FaultyHub.Fault endless =
        (request, out) -> {
          FaultyHub.head(out, 200, "Transfer-Encoding: chunked");
          while (true) {
            out.write("1000\r\n".getBytes(UTF_8));
            out.write(new byte[0x1000]);
            out.write("\r\n".getBytes(UTF_8));
          }
        };
    server.fail("GET", WEIGHTS, endless, endless, endless, endless);
    refused(Problem.SIZE);
    server.fail("GET", WEIGHTS, packed(bytes), packed(bytes), packed(bytes), packed(bytes));
    refused(Problem.CHECKSUM);
    String digest = FaultyHub.digest(WEIGHTS, bytes);
    server.fail("HEAD", WEIGHTS, FaultyHub.status(200, "ETag: \"" + digest + "\""));
    refused(Problem.SIZE); // zero, where the list says otherwise
    server.fail("HEAD", WEIGHTS, FaultyHub.status(200, "ETag: \"../../evil\""));
    refused(Problem.NO_CHECKSUM);
    server.fail("HEAD", WEIGHTS, FaultyHub.status(200, "X-Repo-Commit: " + "9".repeat(40)));
    refused(Problem.LISTING);
    assertPulled(pull());
  }

  private static FaultyHub.Fault packed(byte[] bytes) {
    return (request, out) -> {
      FaultyHub.head(out, 200, "Content-Encoding: gzip", "Content-Length: " + bytes.length);
      out.write(bytes);
    };
  }

  @Test
  void aDiskThatIsTooSmallIsSaidBeforeTheDownload() throws Exception {
    String digest = FaultyHub.digest(WEIGHTS, server.files.get(WEIGHTS));
    long huge = 1L << 59;
    server.listing = server.listing().replace("\"size\":200000", "\"size\":" + huge);
    server.fail(
        "HEAD",
        WEIGHTS,
        FaultyHub.status(
            302,
            "X-Linked-Etag: \"" + digest + "\"",
            "X-Linked-Size: " + huge,
            "Location: http://127.0.0.1:1/"));
    assertTrue(refused(Problem.SPACE).getMessage().contains("HF_HOME"));
    assertEquals(List.of(), server.gets(WEIGHTS));
  }

  @Test
  void anInterruptLeavesAPartThatTheNextPullGoesOnWith() throws Exception {
    CountDownLatch half = new CountDownLatch(1);
    server.fail(
        "GET",
        WEIGHTS,
        (request, out) -> {
          server.cutAfter(WEIGHTS, 90_000).answer(request, out);
          out.flush();
          half.countDown();
          Thread.sleep(5000);
        });
    Hub hub =
        Hub.of(
            HubSettings.of(Map.of("HF_HOME", temp.toString()))
                .withEndpoint(server.address())
                .withCache(cache));
    Throwable[] end = {null};
    Thread pull =
        new Thread(
            () -> {
              try {
                hub.pull(FaultyHub.REPO);
              } catch (Exception e) {
                end[0] = e;
              }
            });
    pull.start();
    assertTrue(half.await(20, TimeUnit.SECONDS));
    for (int i = 0; i < 500 && !(Files.exists(part()) && Files.size(part()) == 90_000); i++) {
      Thread.sleep(10);
    }
    pull.interrupt();
    pull.join(5000);
    assertFalse(pull.isAlive());
    assertTrue(end[0] instanceof InterruptedException, String.valueOf(end[0]));
    assertEquals(90_000, Files.size(part()));
    assertPulled(pull());
    assertEquals("bytes=90000-", server.gets(WEIGHTS).get(1).header("Range"));
  }

  @Test
  void twoPullsAtOnceDownloadOnce() throws Exception {
    List<Thread> threads = new ArrayList<>();
    List<Throwable> failures = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Thread one =
          new Thread(
              () -> {
                try {
                  pull();
                } catch (Exception e) {
                  synchronized (failures) {
                    failures.add(e);
                  }
                }
              });
      threads.add(one);
      one.start();
    }
    for (Thread one : threads) {
      one.join();
    }
    assertEquals(List.of(), failures);
    assertEquals(1, server.gets(WEIGHTS).size());
    assertPulled(pull());
  }

  @Test
  void onlyWhatIsReadIsPulledUnlessGlobsSayOtherwise() throws Exception {
    server.files.put("pytorch_model.bin", new byte[] {1, 2, 3});
    server.files.put("onnx/model.onnx", new byte[] {4});
    server.files.put("model.fp16.safetensors", new byte[] {5});
    server.files.put("picture.PNG", new byte[] {6});
    List<String> skipped = new ArrayList<>();
    PullListener listener =
        new PullListener() {
          @Override
          public void planned(List<String> files, List<String> left, long bytes, long present) {
            skipped.addAll(left);
          }
        };
    Hub hub = hub(Map.of("HF_HOME", temp.toString()));
    HubName name = HubName.parse(FaultyHub.REPO);
    Path folder = hub.pull(name, List.of(), listener);
    assertEquals(
        List.of("model.fp16.safetensors", "onnx/model.onnx", "picture.PNG", "pytorch_model.bin"),
        skipped.stream().sorted().toList());
    assertFalse(Files.exists(folder.resolve("pytorch_model.bin")));
    hub.pull(name, List.of("onnx/", "*.b[hi]n"), listener);
    assertTrue(Files.exists(folder.resolve("pytorch_model.bin")));
    assertTrue(Files.exists(folder.resolve("onnx/model.onnx")));
    HubException none =
        assertThrows(HubException.class, () -> hub.pull(name, List.of("*.gguf"), listener));
    assertEquals(Problem.NOTHING_INCLUDED, none.problem());
    server.files.keySet().removeIf(file -> file.endsWith(".safetensors"));
    assertTrue(refused(Problem.PICKLE_ONLY).getMessage().contains("pytorch_model.bin"));
  }

  @Test
  void offlineTheCacheAnswersAlone() throws Exception {
    Map<String, String> offline = Map.of("HF_HOME", temp.toString(), "HF_HUB_OFFLINE", "1");
    HubException e = assertThrows(HubException.class, () -> hub(offline).pull(FaultyHub.REPO));
    assertEquals(Problem.OFFLINE, e.problem());
    assertEquals(List.of(), server.log);
    Path folder = pull();
    assertEquals(folder, hub(offline).pull(FaultyHub.REPO));
  }

  @Test
  void aHubThatIsNotThereIsSaidAtOnce() throws Exception {
    server.close();
    refused(Problem.UNREACHABLE);
  }

  @Test
  void namesThatLeaveTheFolderAreRefused() throws Exception {
    for (String name :
        List.of(
            "../x",
            "a/../../x",
            "/etc/x",
            "a//b",
            "a/./b",
            "C:/x",
            "a\\\\b",
            "",
            "nul",
            "a/",
            "x.",
            "\\u0000",
            "a*b")) {
      server.listing = server.listing == null ? server.listing() : server.listing;
      String truth = server.listing;
      server.listing = truth.replace("config.json", name);
      refused(Problem.LISTING);
      server.listing = truth;
    }
    assertEquals(
        List.of("GET"), server.log.stream().map(FaultyHub.Request::method).distinct().toList());
    server.listing = server.listing.replace("empty.txt", "Config.JSON");
    refused(Problem.LISTING);
    server.listing = server.listing.replace("Config.JSON", "sub");
    refused(Problem.LISTING);
  }

  @Test
  void mutatedListsEndInASentence() throws Exception {
    byte[] truth = server.listing().getBytes(UTF_8);
    Random random = new Random(7);
    int read = 0;
    for (int i = 0; i < 2000; i++) {
      byte[] mutant = truth.clone();
      for (int k = 0; k <= random.nextInt(4); k++) {
        mutant[random.nextInt(mutant.length)] = (byte) random.nextInt(256);
      }
      int length = random.nextInt(4) == 0 ? random.nextInt(mutant.length) : mutant.length;
      try {
        Listing listing = Listing.parse(java.util.Arrays.copyOf(mutant, length), FaultyHub.REPO);
        assertTrue(HubName.isCommit(listing.commit()));
        assertTrue(listing.files().stream().allMatch(file -> Listing.stays(file.name())));
        read++;
      } catch (HubException e) {
        assertEquals(Problem.LISTING, e.problem());
      }
    }
    assertTrue(read > 0 && read < 2000, "read " + read);
    String deep = "[".repeat(200_000);
    assertThrows(HubException.class, () -> Listing.parse(deep.getBytes(UTF_8), "a/b"));
    String endless = "{\"sha\": \"" + FaultyHub.COMMIT + "\", \"siblings\": 1e999999999}";
    assertThrows(HubException.class, () -> Listing.parse(endless.getBytes(UTF_8), "a/b"));
  }

  @Test
  void proxiesAreThoseOfTheEnvironment() {
    var proxies =
        Proxies.of(Map.of("HTTPS_PROXY", "http://proxy:3128", "no_proxy", "localhost, .cn"));
    assertTrue(proxies.select(URI.create("https://hub.co/x")).toString().contains("proxy"));
    assertTrue(proxies.select(URI.create("https://hub.cn/x")).toString().contains("DIRECT"));
    assertTrue(proxies.select(URI.create("http://127.0.0.1/x")).toString().contains("DIRECT"));
  }

  @Test
  void settingsAreThoseOfHuggingfaceHub() throws Exception {
    Path home = Path.of(System.getProperty("user.home"));
    assertEquals(home.resolve(".cache/huggingface/hub"), HubSettings.of(Map.of("A", "b")).cache());
    assertEquals(Path.of("/x/huggingface/hub"), HubSettings.cache(Map.of("XDG_CACHE_HOME", "/x")));
    assertEquals(home.resolve("y/hub"), HubSettings.cache(Map.of("HF_HOME", "~/y")));
    assertEquals(Path.of("/z"), HubSettings.cache(Map.of("HF_HOME", "/y", "HF_HUB_CACHE", "/z")));
    assertEquals(HubSettings.PUBLIC, HubSettings.of(Map.of("HF_ENDPOINT", " ")).endpoint());
    assertEquals(
        URI.create("http://mirror:1/hf"),
        HubSettings.of(Map.of("HF_ENDPOINT", "http://mirror:1/hf//")).endpoint());
    assertThrows(
        IllegalArgumentException.class, () -> HubSettings.of(Map.of("HF_ENDPOINT", "mirror")));
    assertThrows(IllegalArgumentException.class, () -> HubSettings.of(Map.of("HF_TOKEN", "a\nb")));
    Files.writeString(temp.resolve("token"), "hf_file\n");
    assertEquals(
        Optional.of("hf_file"), HubSettings.of(Map.of("HF_HOME", temp.toString())).token());
    for (String wrong :
        List.of("a/b/c", "../x", "a--b/c", "a/b.git", "a/b@", "a/b@../x", "", "@x")) {
      assertThrows(IllegalArgumentException.class, () -> HubName.parse(wrong), wrong);
    }
    assertEquals("models--gpt2", HubName.parse("gpt2").folder());
    assertEquals("refs/pr/1", HubName.parse("a/b@refs/pr/1").revisionOrMain());
  }
}
