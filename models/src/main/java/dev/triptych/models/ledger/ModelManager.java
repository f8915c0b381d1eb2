package dev.triptych.models.ledger;

import dev.triptych.api.ModelSpec;
import dev.triptych.api.Placement;
import dev.triptych.api.ext.Weighed;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Loads each model once and shares it among all who ask for the same bytes. [any thread]
 *
 * <p>Two askers share when the digest of the files, the model's type and the placement are equal;
 * the name that a plugin gives the model decides nothing. A model without leases stays loaded until
 * its room is needed; then the one that was used longest ago goes first. The budget counts what
 * models map and what they copy.
 */
public final class ModelManager implements AutoCloseable {
  private static final int LONGEST_QUEUE = 256;

  private final Digests digests;
  private final WeightStore store;
  private final Ledger ledger;
  private final Placement placement;
  private ScheduledThreadPoolExecutor expiry;

  /**
   * Makes a manager that places models on the CPU.
   *
   * @param home folder below which {@code weights} is kept
   * @param budgetBytes most bytes that loaded models may take together
   */
  public ModelManager(Path home, long budgetBytes) {
    this(home, budgetBytes, Devices.cpu());
  }

  /** Makes a manager that places models as given; see {@link Devices#choose}. */
  public ModelManager(Path home, long budgetBytes, Placement placement) {
    this(home, budgetBytes, placement, Integer.MAX_VALUE);
  }

  /**
   * Makes a manager that also says how many jobs run at once.
   *
   * @param jobs most jobs that are {@linkplain #admit let in} at once
   */
  public ModelManager(Path home, long budgetBytes, Placement placement, int jobs) {
    this.digests = Digests.keptIn(home.resolve("weights").resolve("digests.txt"));
    this.store = new WeightStore(home, digests);
    this.placement = Objects.requireNonNull(placement, "placement");
    this.ledger =
        new Ledger(placement.device(), budgetBytes, jobs, LONGEST_QUEUE, Clock.systemUTC());
  }

  /**
   * Takes a share of a model, loading it first if nobody has. Close it.
   *
   * <p>Blocks while another thread loads the same model and while memory for it is in use. A
   * loader's failure goes to the asker; the next one tries again.
   *
   * @param source finds the files that the spec names
   * @throws IOException if files are missing or damaged, if the model alone is larger than the
   *     budget, or if the models in use belong to threads that all wait for room
   * @throws InterruptedException if interrupted while waiting
   */
  public <M extends AutoCloseable> Share<M> lease(ModelSpec<M> spec, ModelSource source)
      throws IOException, InterruptedException {
    return lease(null, spec, source);
  }

  /**
   * Waits until a job may run beside the others: when fewer run than may at once, and what it
   * announces fits. Jobs are let in as they came, but for small ones while a large one waits, and
   * each is overtaken a few times at most.
   *
   * @param owner the plugin whose job it is
   * @param specs the models that it will lease
   * @param runBytes what its run takes beside them
   * @throws IOException if files are missing or damaged, or if it could never fit
   * @throws QueueFullException if too many wait already
   * @throws InterruptedException if interrupted while waiting
   */
  public Admission admit(String owner, List<ModelSpec<?>> specs, ModelSource source, long runBytes)
      throws IOException, InterruptedException {
    Map<Slot.Key, Long> models = new HashMap<>();
    for (ModelSpec<?> spec : specs) {
      Map<String, FileSource> files = files(spec, source);
      models.put(key(spec, files), bytesOf(files));
    }
    Ticket<Slot.Key> ticket =
        ledger.admit(owner, new Place<>(placement.device(), models, runBytes));
    return new Admission(this, ticket);
  }

  void slot(Ticket<Slot.Key> ticket, boolean counts) {
    ledger.slot(ticket, counts);
  }

  void leave(Ticket<Slot.Key> ticket) {
    ledger.leave(ticket);
  }

  /** Takes a share for a job; for nobody's if there is none. */
  <M extends AutoCloseable> Share<M> lease(
      Ticket<Slot.Key> ticket, ModelSpec<M> spec, ModelSource source)
      throws IOException, InterruptedException {
    try {
      Map<String, FileSource> files = files(spec, source);
      Slot.Key key = key(spec, files);
      long bytes = bytesOf(files);
      while (true) {
        Ledger.Grip grip =
            ticket == null
                ? ledger.take(key, spec.id(), bytes)
                : ledger.take(ticket, key, spec.id(), bytes);
        if (grip.slot().model != null || load(grip.slot(), spec, files)) {
          return new Held<>(grip, spec.type());
        }
      }
    } catch (IOException e) {
      if (Thread.interrupted()) { // which closes the channel that was being read
        throw (InterruptedException)
            new InterruptedException("stopped while leasing model " + spec.id()).initCause(e);
      }
      throw e;
    }
  }

  private static Map<String, FileSource> files(ModelSpec<?> spec, ModelSource source)
      throws IOException {
    Map<String, FileSource> files = source.files(spec.files());
    if (files.isEmpty()) {
      throw new FileNotFoundException(
          "model " + spec.id() + " has no files at " + spec.files() + ": check the name or path");
    }
    return files;
  }

  private Slot.Key key(ModelSpec<?> spec, Map<String, FileSource> files) throws IOException {
    Placement wanted =
        spec.dtype().map(dtype -> Placement.of(placement.device(), dtype)).orElse(placement);
    return new Slot.Key(digests.of(files), spec.type(), wanted);
  }

  /**
   * Loads the model of a reserved slot.
   *
   * @return false if it takes more room than there is now: wait for room again, with that figure
   */
  private <M extends AutoCloseable> boolean load(
      Slot slot, ModelSpec<M> spec, Map<String, FileSource> files) throws IOException {
    M model = null;
    boolean kept = false;
    try {
      Path folder = store.folder(slot.key().digest(), files);
      model = spec.loader().load(folder, slot.key().placement());
      if (!spec.type().isInstance(model)) {
        throw new IOException(
            "model " + spec.id() + ": its loader gave no " + spec.type().getName());
      }
      for (Map.Entry<String, FileSource> file : files.entrySet()) {
        if (!file.getValue().unchanged()) {
          throw new IOException(
              "model " + spec.id() + ": " + file.getKey() + " changed while it was loaded");
        }
      }
      long mapped = model instanceof Weighed w ? w.mappedBytes() : bytesOf(files);
      long copied = model instanceof Weighed w ? w.privateBytes() : 0;
      kept = ledger.offer(slot, model, mapped, copied);
      return kept;
    } finally {
      if (!kept) {
        Ledger.closeQuietly(spec.id(), model);
        ledger.forget(slot);
      }
    }
  }

  /**
   * Keeps models loaded though nobody holds them, or no longer.
   *
   * @param name a model's id, or at least six digits of its digest
   * @return those that are loaded and meant
   */
  public List<Entry> pin(String name, boolean pinned) {
    return ledger.pin(slot -> slot.is(name), pinned);
  }

  /**
   * Lets models go: at once, or when their last lease closes.
   *
   * @param name a model's id, or at least six digits of its digest
   * @return those that were loaded and meant, as they were
   */
  public List<Entry> evict(String name) {
    return ledger.evict(slot -> slot.is(name));
  }

  /**
   * Lets go of models that nobody has held for some time, from now on; none at the beginning.
   *
   * @param idle how long a model that is not pinned stays; zero lets go of it at once
   */
  public synchronized void keepAlive(Duration idle) {
    if (expiry != null) {
      expiry.shutdownNow();
    }
    long every = Math.max(100, Math.min(idle.toMillis() / 10, 10_000));
    expiry = new ScheduledThreadPoolExecutor(1, ModelManager::expiryThread);
    expiry.scheduleWithFixedDelay(
        () -> ledger.expire(idle.toMillis()), every, every, TimeUnit.MILLISECONDS);
  }

  private static Thread expiryThread(Runnable work) {
    Thread thread = new Thread(work, "keep-alive of models");
    thread.setDaemon(true);
    thread.setContextClassLoader(ModelManager.class.getClassLoader());
    return thread;
  }

  /** Lists the loaded models, in the order in which they came. */
  public List<Entry> entries() {
    return ledger.entries();
  }

  /** Returns the most bytes that loaded models may take together. */
  public long budgetBytes() {
    return ledger.budget();
  }

  /** Returns the bytes that loaded and loading models take now. */
  public long usedBytes() {
    return ledger.usedBytes();
  }

  /** Returns where models are placed. */
  public Placement placement() {
    return placement;
  }

  /**
   * Closes every model whose class, or that of one of its {@linkplain Composed parts}, came from a
   * class loader, so that the loader can be collected.
   *
   * <p>One that is leased is no longer shared and goes when its last lease closes. One that is
   * being loaded is treated so when it has come.
   *
   * @param patienceMillis how long to wait for models that are leased
   * @return whether all were closed in that time
   */
  public boolean evictLoadedBy(ClassLoader loader, long patienceMillis)
      throws InterruptedException {
    return ledger.depart(loader, patienceMillis);
  }

  /** Closes all models; one that is leased goes when its last lease closes. */
  @Override
  public void close() {
    synchronized (this) {
      if (expiry != null) {
        expiry.shutdownNow();
      }
    }
    ledger.close();
  }

  /** Returns the bytes that files will take once loaded: those of the weights, if told apart. */
  private static long bytesOf(Map<String, FileSource> files) {
    long weights =
        files.entrySet().stream()
            .filter(file -> file.getKey().endsWith(".safetensors"))
            .mapToLong(file -> file.getValue().size())
            .sum();
    return weights > 0 ? weights : files.values().stream().mapToLong(FileSource::size).sum();
  }

  /** One open lease. */
  private final class Held<M> implements Share<M> {
    private final Ledger.Grip grip;
    private final Slot slot;
    private M model;

    Held(Ledger.Grip grip, Class<M> type) {
      this.grip = grip;
      this.slot = grip.slot();
      this.model = type.cast(slot.model);
    }

    @Override
    public synchronized M model() {
      if (model == null) {
        throw new IllegalStateException("the lease on model " + slot.id + " is closed");
      }
      return model;
    }

    @Override
    public String device() {
      return slot.key().placement().device();
    }

    @Override
    public String digest() {
      return slot.key().digest();
    }

    @Override
    public Placement placement() {
      return slot.key().placement();
    }

    @Override
    public synchronized void close() {
      if (model != null) {
        model = null;
        ledger.giveBack(grip);
      }
    }
  }
}
