using ChainHealth.Primitives;

namespace ChainHealth.Ledger;

/// <summary>The state after a block, and that block's header, whose certificate makes the state as good as if all
/// blocks had been applied.</summary>
public sealed record Snapshot(BlockHeader Header, LedgerState State);

/// <summary>Canonical bytes of a snapshot: the same state gives the same bytes on every validator, so that they can
/// sign for them.</summary>
public static class SnapshotCodec
{
    /// <summary>Costs the whole state; any thread may do it, since states are immutable.</summary>
    public static byte[] Encode(Snapshot snapshot)
    {
        var writer = new CanonicalWriter(64 * 1024);
        BlockCodec.Write(writer, snapshot.Header);
        StateCodec.Write(writer, snapshot.State);
        return writer.ToArray();
    }

    /// <summary>Null, with the reason, unless the bytes are the one encoding of a state of this chain with the root
    /// that the header names. That the header is certified is for the caller. Costs the whole state, three
    /// times.</summary>
    public static Snapshot? TryDecode(ReadOnlySpan<byte> bytes, Digest chain, out string? fault)
    {
        var reader = new CanonicalReader(bytes);
        BlockHeader header = BlockCodec.ReadHeader(ref reader);
        if (!reader.Failed && header.Chain != chain)
        {
            reader.Fail($"chain {header.Chain.Short}, this is {chain.Short}");
        }

        LedgerState state = StateCodec.Read(ref reader, header);
        fault = !reader.Finish() ? reader.Fault
            : state.Root != header.StateRoot
                ? $"state root {header.StateRoot.Short} in the header, computed {state.Root.Short}"
            : !Encode(new Snapshot(header, state)).AsSpan().SequenceEqual(bytes) ? "not the canonical encoding"
            : null;
        fault = fault is null ? null : "snapshot: " + fault;
        return fault is null ? new Snapshot(header, state) : null;
    }
}
