using ChainHealth.Federation;
using ChainHealth.Primitives;
using ChainHealth.Testing;

namespace ChainHealth.Ledger.Tests;

public class ScenarioTests
{
    [Fact]
    public void A_run_goes_through_its_phases_to_its_end()
    {
        RoundScenario run = RoundScenario.Start().Approve();
        MemberId bad = run.Plan.Hospitals[1];
        run.Round(850, bad).Round(900, bad);
        Assert.Equal(RunEnd.LastRound, Assert.IsType<EndedPhase>(run.Run.Phase).End);
        Assert.Equal(2, run.Run.Models.Length);
        Assert.All(run.Run.Records, r =>
        {
            Assert.Equal(Verdict.Poisoned, r.Outcomes.Single(o => o.Hospital == bad).Verdict);
            Assert.Equal(4, r.Outcomes.Count(o => o.Verdict == Verdict.Accepted));
            Assert.Equal(["train", "commit", "check", "aggregate", "publish"], r.Times.Select(t => t.Phase));
            Assert.Equal(run.Run.Participants, r.VerifiedBy);
            Assert.Equal(4, r.VerdictVotes.Count);
            Assert.Equal(new JobCost(4_000_000, 250, 900), r.CheckCost);
            Assert.Equal(new JobCost(8_000, 3, 120), r.AggregateCost);
        });
        Assert.Equal(run.Run.Model, run.Run.Models[1].Model);
        Assert.Equal([850, 900], run.Run.Records.Select(r => r.Metrics!.Accuracy));
        Assert.Null(run.Chain.State.NextDeadline());
    }

    [Fact]
    public void Every_block_of_a_scenario_carries_a_valid_certificate()
    {
        RoundScenario run = RoundScenario.Start().Approve().Round();
        TestNetwork network = run.Chain.Network;
        Assert.All(run.Chain.Blocks, b => Assert.Null(b.Certificate.Fault(network.Chain, network.Validators)));
        Assert.All(run.Chain.Blocks, b => Assert.Equal(b.Block.Header.Hash(), b.Certificate.Block));
    }

    [Fact]
    public void Replaying_the_blocks_from_genesis_gives_the_same_state_at_each_height()
    {
        LedgerScenario chain = RoundScenario.Start().Approve().Round(800, new MemberId(6)).Round().Chain;
        LedgerState state = LedgerState.FromGenesis(chain.Network.Genesis);
        foreach (CertifiedBlock certified in chain.Blocks)
        {
            CertifiedBlock decoded =
                BlockCodec.TryDecodeCertified(BlockCodec.Encode(certified), out string? fault)!;
            Assert.Null(fault);
            BlockOutcome outcome = state.Apply(decoded.Block);
            Assert.Null(outcome.Fault);
            state = outcome.Next!;
            LedgerState seen = chain.States[(int)state.Height.Value];
            Assert.Equal((seen.Root, seen.Tip, seen.TransactionCount), (state.Root, state.Tip, state.TransactionCount));
        }

        Assert.Equal((ulong)chain.Blocks.Count, state.Height.Value);
    }
}
