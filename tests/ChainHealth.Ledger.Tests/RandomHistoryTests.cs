using ChainHealth.Primitives;
using CsCheck;

namespace ChainHealth.Ledger.Tests;

/// <summary>Whatever the rules let through must replay to the same root, in blocks that went through bytes.</summary>
public class RandomHistoryTests
{
    [Fact]
    public void Any_history_replays_to_the_same_root() => Gen.ULong.Sample(seed =>
    {
        var history = new RandomHistory(seed);
        LedgerState replayed = history.State;
        for (int height = 1; height <= 60; height++)
        {
            Block decoded = BlockCodec.TryDecode(BlockCodec.Encode(history.Next()), out _)!;
            BlockOutcome outcome = replayed.Apply(decoded);
            Assert.Null(outcome.Fault);
            replayed = outcome.Next!;
            LedgerState state = history.State;
            Assert.Equal((state.Root, state.Tip), (replayed.Root, replayed.Tip));
            Assert.Equal(state.Runs.Values.SelectMany(r => r.Models).Count(), state.FinalModels.Length);
            Assert.Equal((ulong)state.Nonces.Values.Sum(n => (long)n), state.TransactionCount);
        }
    }, iter: 40);
}
