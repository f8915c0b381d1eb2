package dev.triptych.models.ledger;

import dev.triptych.api.Lease;
import dev.triptych.api.Placement;

/**
 * A lease that also says which bytes it is on, for the lineage.
 *
 * @param <M> type of the model
 */
public interface Share<M> extends Lease<M> {

  /** Returns the SHA-256 over the model's files, 64 hexadecimal digits. */
  String digest();

  /** Returns where and how precisely the model computes. */
  Placement placement();
}
