package dev.triptych.host.jobs;

import dev.triptych.api.Descriptor;
import dev.triptych.api.Generator;
import dev.triptych.api.Request;
import dev.triptych.api.ext.Revisable;
import dev.triptych.host.bundles.Plugged;
import dev.triptych.host.bundles.Seclusion;
import dev.triptych.host.bundles.Sentences;
import dev.triptych.host.jobs.Outcome.Failure;
import dev.triptych.host.jobs.Outcome.Fault;
import dev.triptych.host.jobs.Outcome.Origin;
import dev.triptych.host.works.StoredWork;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/** The one gate through which plugins are called: whatever they throw becomes a sentence. */
final class PluginCall {
  private PluginCall() {}

  /** Calls the generator and returns why it failed, if it did. */
  static Optional<Failure> run(RunningJob job, Plugged plugged, Order order, Seclusion seclusion) {
    Request request = order.request();
    try {
      job.check();
      Generator generator = order.isolated() ? seclusion.secluded(plugged) : plugged.generator();
      if (order.revision().isPresent()) {
        Order.Revision revision = order.revision().get();
        generator
            .extension(Revisable.class)
            .orElseThrow(() -> new IllegalArgumentException(plugged + " revises nothing"))
            .revise(request, revision.work(), revision.redo(), job);
      } else {
        generator.generate(request, job);
      }
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(new Failure(Fault.MISTAKE, Sentences.of(e)));
    } catch (CancellationException | InterruptedException e) {
      return job.cancelled()
          ? Optional.of(new Failure(Fault.CANCELLED, job.stopped()))
          : failed(plugged, "stopped by itself: " + Sentences.of(e), Origin.PLUGIN);
    } catch (OutOfMemoryError e) {
      String advice = "ran out of memory; close other programs or give Java more (-Xmx)";
      return failed(plugged, advice, Origin.HEAP);
    } catch (StackOverflowError e) {
      return failed(plugged, "called itself without end", Origin.PLUGIN);
    } catch (LinkageError e) {
      return failed(plugged, "cannot run: " + Sentences.of(e), Origin.PLUGIN);
    } catch (Throwable e) { // a plugin may throw whatever it likes: it is its failure, not ours
      return job.cancelled()
          ? Optional.of(new Failure(Fault.CANCELLED, job.stopped()))
          : failed(
              plugged,
              "failed: " + Sentences.of(e),
              job.isHosts(e) ? Origin.ELSEWHERE : Origin.PLUGIN);
    } finally {
      Thread.currentThread().setContextClassLoader(PluginCall.class.getClassLoader());
    }
  }

  private static Optional<Failure> failed(Plugged plugged, String what, Origin origin) {
    return Optional.of(new Failure(Fault.FAILURE, plugged + " " + what, origin));
  }

  /** A generator that returns without its main work has failed. */
  static Optional<Failure> missing(Plugged plugged, List<StoredWork> kept) {
    Descriptor descriptor = plugged.descriptor();
    return kept.stream().anyMatch(work -> descriptor.produces(work.mediaType()))
        ? Optional.empty()
        : failed(plugged, "returned without a work of " + descriptor.produces(), Origin.PLUGIN);
  }
}
