using ChainHealth.Primitives;
using ChainHealth.Testing;
using CsCheck;

namespace ChainHealth.Ledger.Tests;

/// <summary>A snapshot is the state: whoever starts from it stands where whoever applied all blocks stands.</summary>
public class SnapshotTests
{
    [Fact]
    public void A_restored_state_and_a_replayed_one_stay_equal_over_any_history() => Gen.ULong.Sample(seed =>
    {
        var history = new RandomHistory(seed);
        LedgerState? restored = null;
        for (int height = 1; height <= 60; height++)
        {
            Block block = history.Next();
            restored = restored?.Apply(block).Next;
            if (restored is not null)
            {
                Assert.Equal((history.State.Root, history.State.Tip), (restored.Root, restored.Tip));
                Assert.Equal(history.State.NextDeadline(), restored.NextDeadline());
            }

            byte[] bytes = SnapshotCodec.Encode(new Snapshot(block.Header, history.State));
            if (height % 5 == 0)
            {
                Snapshot? snapshot = SnapshotCodec.TryDecode(bytes, history.State.Chain, out string? fault);
                Assert.Null(fault);
                restored = snapshot!.State;
                Assert.Equal(history.State.Root, restored.Root);
                Assert.Equal(bytes, SnapshotCodec.Encode(new Snapshot(block.Header, restored)));
            }
        }
    }, iter: 40);

    [Fact]
    public void A_snapshot_in_every_phase_of_a_run_has_the_root_of_its_header()
    {
        LedgerScenario chain = RoundScenario.Start().Approve().Round(800, new MemberId(6)).Round().Chain;
        for (int i = 0; i < chain.Blocks.Count; i++)
        {
            var snapshot = new Snapshot(chain.Blocks[i].Block.Header, chain.States[i + 1]);
            byte[] bytes = SnapshotCodec.Encode(snapshot);
            Snapshot? read = SnapshotCodec.TryDecode(bytes, chain.Network.Chain, out string? fault);
            Assert.Null(fault);
            Assert.Equal(snapshot.Header.StateRoot, read!.State.Root);
        }

        byte[] first = SnapshotCodec.Encode(new Snapshot(chain.Blocks[0].Block.Header, chain.States[1]));
        LedgerState next = SnapshotCodec.TryDecode(first, chain.Network.Chain, out _)!.State;
        foreach (CertifiedBlock block in chain.Blocks.Skip(1))
        {
            next = next.Apply(block.Block).Next!;
        }

        Assert.Equal((chain.State.Root, chain.State.Tip), (next.Root, next.Tip));
    }

    [Fact]
    public void Any_changed_byte_is_refused()
    {
        LedgerScenario chain = RoundScenario.Start().Approve().Train().Chain;
        byte[] good = SnapshotCodec.Encode(new Snapshot(chain.Blocks[^1].Block.Header, chain.State));
        for (int i = 0; i < good.Length; i++)
        {
            byte[] bad = [.. good];
            bad[i] ^= (byte)(1 << (i % 8));
            Snapshot? read = SnapshotCodec.TryDecode(bad, chain.Network.Chain, out string? fault);
            Assert.True(
                read is null ? fault is not null : read.Header.Hash() != chain.Blocks[^1].Block.Header.Hash(),
                $"byte {i}");
        }
    }

    [Fact]
    public void Random_bytes_and_cut_ones_are_faults()
    {
        LedgerScenario chain = RoundScenario.Start().Approve().Chain;
        byte[] good = SnapshotCodec.Encode(new Snapshot(chain.Blocks[^1].Block.Header, chain.State));
        for (int length = 0; length < good.Length; length += 7)
        {
            Assert.Null(SnapshotCodec.TryDecode(good.AsSpan(0, length), chain.Network.Chain, out string? fault));
            Assert.NotNull(fault);
        }

        Gen.Byte.Array[0, 600].Sample(bytes =>
            Assert.Null(SnapshotCodec.TryDecode(bytes, chain.Network.Chain, out _)), iter: 2000);
        Assert.Null(SnapshotCodec.TryDecode(good, Digest.Sha256([1]), out string? other));
        Assert.StartsWith("snapshot: chain", other, StringComparison.Ordinal);
    }
}
