using System.Collections.Immutable;
using ChainHealth.Primitives;
using ChainHealth.Testing;

namespace ChainHealth.Federation.Tests;

public class HistoryTests
{
    private static RunPlan Plan(int refusals, int rounds, int minimum = 3)
    {
        RunPlan plan = TestPlans.Sound(RunBench.Network, rounds: 9) with { MinimumUpdates = minimum };
        return plan with { Policy = plan.Policy with { RefusalsMax = refusals, SuspensionRounds = rounds } };
    }

    /// <summary>One round in which the marked hospitals under check are accepted.</summary>
    private static void Round(RunBench bench, ulong bits)
    {
        foreach (HospitalOutcome outcome in bench.Run.Current!.Outcomes.Where(o => o.Verdict == Verdict.Pending))
        {
            bench.Update(outcome.Hospital);
        }

        bench.Attested().Checked(bits);
        if (bench.Run.Phase is AggregatePhase)
        {
            bench.Aggregated((byte)bench.Run.Round);
        }

        bench.Published();
    }

    private static Verdict Of(RunBench bench, int hospital) => bench.Run.Current!.Outcomes[hospital].Verdict;

    [Fact]
    public void H1_the_second_refusal_suspends_for_two_rounds_and_then_counting_begins_anew()
    {
        RunBench bench = new RunBench(Plan(refusals: 2, rounds: 2)).Started();
        Round(bench, 0b11101);
        Assert.Equal(Verdict.Pending, Of(bench, 1));
        Round(bench, 0b11101);
        for (int round = 3; round <= 4; round++)
        {
            Assert.Equal(Verdict.Suspended, Of(bench, 1));
            Assert.Equal("suspended through round 4 after 2 refusals", bench.Run.Current!.Outcomes[1].Reason);
            Round(bench, 0b1111);
        }

        Assert.Equal(Verdict.Pending, Of(bench, 1));
        Round(bench, 0b11101);
        Assert.Equal(Verdict.Pending, Of(bench, 1));
        Round(bench, 0b11101);
        Assert.Equal(Verdict.Suspended, Of(bench, 1));
    }

    [Fact]
    public void H2_a_suspended_hospital_cannot_commit_and_nobody_waits_for_it()
    {
        RunBench bench = new RunBench(Plan(refusals: 1, rounds: 1)).Started();
        Round(bench, 0b01111);
        Assert.Contains("is suspended in round 2", bench.Refuse((r, t) => RunRules.CommitUpdate(
            r, bench.Hospitals[4], 2, TestPlans.Shares("again"), 100, 900, t)));
        bench.Hospitals.Take(4).ToList().ForEach(h => bench.Update(h));
        bench.In<AttestPhase>();
        Assert.Equal(Verdict.Suspended, Of(bench, 4));
    }

    [Fact]
    public void H2_a_run_that_lacks_suspended_hospitals_fails_by_naming_them()
    {
        RunBench bench = new RunBench(Plan(refusals: 1, rounds: 3, minimum: 4)).Started();
        Round(bench, 0b01110);
        bench.Update(bench.Hospitals[1]).Update(bench.Hospitals[2]).PassDeadline();
        Assert.Equal(
            $"round 2: 2 of 5 updates by the deadline, 4 needed; missing {bench.Hospitals[3]}; "
                + $"suspended {bench.Hospitals[0]}, {bench.Hospitals[4]}", bench.End.Reason);
    }

    [Fact]
    public void H1_without_the_rule_nobody_is_suspended()
    {
        RunBench bench = new RunBench(Plan(refusals: 0, rounds: 0)).Started();
        for (int round = 0; round < 4; round++)
        {
            Round(bench, 0b11110);
        }

        Assert.Equal(Verdict.Pending, Of(bench, 0));
    }

    [Fact]
    public void H3_a_refusal_of_an_earlier_run_counts_in_the_next()
    {
        RunPlan plan = Plan(refusals: 2, rounds: 2);
        RunBench first = new RunBench(plan).Started();
        Round(first, 0b11101);

        ImmutableSortedDictionary<MemberId, History> brought = RunRules.HistoryOf(plan, [first.Run]);
        RunBench second = new RunBench(plan, brought).Started();

        Assert.Equal(new History(1, 0), Assert.Single(brought).Value);
        Assert.Equal(first.Hospitals[1], Assert.Single(brought).Key);
        Round(second, 0b11101);
        Assert.Equal(Verdict.Suspended, Of(second, 1));
    }

    [Fact]
    public void H3_a_suspension_that_a_run_left_over_is_served_in_the_next()
    {
        RunPlan plan = Plan(refusals: 1, rounds: 3);
        RunBench first = new RunBench(plan).Started();
        Round(first, 0b11101);
        Round(first, 0b1111);

        RunBench second = new RunBench(plan, RunRules.HistoryOf(plan, [first.Run])).Started();

        Assert.Equal("suspended through round 1 after 1 refusals", second.Run.Current!.Outcomes[1].Reason);
        Round(second, 0b1111);
        Assert.Equal(Verdict.Pending, Of(second, 1));
        Assert.Empty(RunRules.HistoryOf(Plan(refusals: 0, rounds: 0), [first.Run]));
    }

    [Fact]
    public void A4_three_votes_that_the_aggregate_is_refused_keep_the_old_model()
    {
        RunBench bench = new RunBench(TestPlans.WithEveryCheck(RunBench.Network)).Started();
        bench.Hospitals.ToList().ForEach(h => bench.Update(h));
        bench.PassDeadline().Attested().Checked();
        Digest before = bench.Run.Model;
        var refused = new ModelVote(1, before, new JobCost(1, 2, 3)) { AggregateRefused = true };
        Assert.Contains("leaves the old model", bench.Refuse((r, t) => RunRules.CastModel(
            r, bench.Committee[0], 1, refused with { Model = Digest.Sha256([3]) }, t)));
        for (int i = 0; i < 3; i++)
        {
            bench.ModelVote(i, refused);
        }

        bench.In<PublishPhase>();
        Assert.True(bench.Run.Current is { AggregateRefused: true, KeptOldModel: true });
        Assert.Equal(before, bench.Run.Model);
        Assert.Empty(bench.Run.Models);
        Assert.All(bench.Run.Current!.Outcomes, o => Assert.Equal(Verdict.Accepted, o.Verdict));
    }

    [Fact]
    public void A4_a_plan_without_that_test_knows_no_refusal_of_the_aggregate()
    {
        RunBench bench = new RunBench().Started().Trained().Attested().Checked();
        Assert.Contains("does not test", bench.Refuse((r, t) => RunRules.CastModel(r, bench.Committee[0], 1,
            new ModelVote(1, r.Model, new JobCost(1, 2, 3)) { AggregateRefused = true }, t)));
    }
}
