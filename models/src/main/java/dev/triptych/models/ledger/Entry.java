package dev.triptych.models.ledger;

import java.time.Instant;
import java.util.Optional;

/**
 * One loaded model, as the ledger sees it.
 *
 * @param id the name under which it was first asked for
 * @param digest SHA-256 over its files, 64 hexadecimal digits
 * @param type name of its class
 * @param placement device and dtype, as {@code cpu/auto}
 * @param mappedBytes bytes mapped from files, shared and evictable
 * @param privateBytes bytes of copies that only this model holds
 * @param leases how many hold it now
 * @param pinned whether it stays though nobody holds it
 * @param idleSince when the last lease closed; empty while there is one
 */
public record Entry(
    String id,
    String digest,
    String type,
    String placement,
    long mappedBytes,
    long privateBytes,
    int leases,
    boolean pinned,
    Optional<Instant> idleSince) {}
