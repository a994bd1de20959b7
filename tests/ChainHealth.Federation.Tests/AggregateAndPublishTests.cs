using ChainHealth.Primitives;
using ChainHealth.Testing;

namespace ChainHealth.Federation.Tests;

public class AggregateAndPublishTests
{
    private static RunBench InAggregate() => new RunBench().Started().Trained().Attested().Checked(0b01111);

    [Fact]
    public void A1_three_equal_model_votes_make_the_model_final()
    {
        RunBench bench = InAggregate().ModelVote(0, RunBench.Model(1)).ModelVote(1, RunBench.Model(2))
            .ModelVote(2, RunBench.Model(1));
        bench.In<AggregatePhase>();
        bench.ModelVote(3, RunBench.Model(1)).In<PublishPhase>();
        FinalModel final = Assert.Single(bench.Run.Models);
        Assert.Equal(Digest.Sha256([1]), final.Model);
        Assert.Equal((1, 4), (final.Round, final.AcceptedUpdates));
        Assert.Equal(final.Model, bench.Run.Model);
        Assert.Equal(final.Model, bench.Run.Current!.Model);
        Assert.Equal(Digest.Sha256([2]), bench.Run.Current.ModelVotes[bench.Committee[1]].Model);
    }

    [Fact]
    public void A1_a_late_model_vote_is_kept_and_changes_nothing()
    {
        RunBench bench = InAggregate().Aggregated(9).ModelVote(3, RunBench.Model(4));
        Assert.Equal(Digest.Sha256([9]), bench.Run.Model);
        Assert.Equal(4, bench.Run.Current!.ModelVotes.Count);
        Assert.Contains("has voted", Refused(bench, 3, RunBench.Model(9)));
    }

    [Fact]
    public void A1_unsound_model_votes_are_refused()
    {
        RunBench bench = InAggregate();
        Assert.Contains("names no model", Refused(bench, 0, new ModelVote(1, default, default)));
        Assert.Contains("not the current", Refused(bench, 0, RunBench.Model(1, attempt: 0)));
        Assert.Contains("out of range",
            Refused(bench, 0, RunBench.Model(1) with { Cost = new JobCost(long.MaxValue, 0, 0) }));
        bench.Aggregated().Published();
        Assert.Contains("does not belong into phase 'train'",
            bench.Refuse((r, t) => RunRules.CastModel(r, bench.Committee[0], 2, RunBench.Model(1), t)));
    }

    [Fact]
    public void A3_a_failed_aggregation_is_tried_again_and_then_fails_the_run_at_its_deadline()
    {
        RunBench bench = InAggregate()
            .Take((r, t) => RunRules.ReportAbort(r, r.Plan.Committee[0], 1, 1, t))
            .Take((r, t) => RunRules.ReportAbort(r, r.Plan.Committee[3], 1, 1, t));
        Assert.Equal(2, bench.In<AggregatePhase>().Attempt);
        Assert.Equal("aggregate", Assert.Single(bench.Run.Current!.FailedAttempts).Phase);
        bench.PassDeadline();
        Assert.Contains("aggregate: 0 of 4 votes", bench.End.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void F1_confirmations_name_the_published_model_once_each()
    {
        RunBench bench = InAggregate();
        MemberId first = bench.Hospitals[0];
        Assert.Contains("published no model", bench.Refuse((r, t) => RunRules.ConfirmModel(r, first, 1, r.Model, t)));
        bench.Aggregated().Confirm(first);
        Assert.Contains("already", bench.Refuse((r, t) => RunRules.ConfirmModel(r, first, 1, r.Model, t)));
        Assert.Contains("published model", bench.Refuse((r, t) =>
            RunRules.ConfirmModel(r, bench.Hospitals[1], 1, Digest.Zero, t)));
        Assert.Contains("not a participant", bench.Refuse((r, t) =>
            RunRules.ConfirmModel(r, new MemberId(50), 1, r.Model, t)));
        Assert.All([0, 2, -1, int.MinValue, int.MaxValue], round => Assert.Contains("published no model",
            bench.Refuse((r, t) => RunRules.ConfirmModel(r, bench.Hospitals[1], round, r.Model, t))));
    }

    [Fact]
    public void F2_metrics_come_once_from_the_contributor_within_range()
    {
        RunBench bench = InAggregate().Aggregated();
        MemberId contributor = bench.Plan.PoolContributor;
        string Metrics(PublicMetrics m) => bench.Refuse((r, t) =>
            RunRules.ReportMetrics(r, contributor, 1, r.Model, m, t));
        Assert.Contains("1 recalls for 2", Metrics(new PublicMetrics(1, [1], 1)));
        Assert.Contains("0 to 1000", Metrics(new PublicMetrics(1001, [1, 1], 1)));
        Assert.Contains("0 to 1000", Metrics(new PublicMetrics(1, [1, -1], 1)));
        Assert.Contains("not the pool contributor", bench.Refuse((r, t) =>
            RunRules.ReportMetrics(r, bench.Hospitals[0], 1, r.Model, RunBench.Metrics(), t)));
        bench.Report();
        Assert.Contains("already", Metrics(RunBench.Metrics()));
    }

    [Fact]
    public void F3_all_confirmations_and_the_metrics_begin_the_next_round()
    {
        RunBench bench = InAggregate().Aggregated().Published();
        bench.In<TrainPhase>();
        Assert.Equal(2, bench.Run.Round);
        Assert.Equal(bench.Run.Records[0].Model, bench.Run.Records[1].ModelBefore);
    }

    [Fact]
    public void F4_at_the_deadline_the_run_goes_on_and_late_facts_are_still_noted()
    {
        RunBench bench = InAggregate().Aggregated().PassDeadline();
        Assert.Equal(2, bench.Run.Round);
        Digest model = bench.Run.Model;
        bench.Take((r, t) => RunRules.ConfirmModel(r, bench.Hospitals[2], 1, model, t))
            .Take((r, t) => RunRules.ReportMetrics(r, r.Plan.PoolContributor, 1, model, RunBench.Metrics(), t));
        Assert.Equal(bench.Hospitals[2], Assert.Single(bench.Run.Records[0].VerifiedBy));
        Assert.Equal(900, bench.Run.Records[0].Metrics!.Accuracy);
        bench.In<TrainPhase>();
    }

    [Fact]
    public void F5_the_last_round_ends_the_run()
    {
        RunBench bench = InAggregate().Aggregated().Published()
            .Trained().Attested().Checked().Aggregated(8).Published();
        Assert.Equal(RunEnd.LastRound, bench.End.End);
        Assert.Equal("all 2 rounds were held", bench.End.Reason);
    }

    [Fact]
    public void F6_the_target_accuracy_ends_the_run_early()
    {
        RunPlan plan = TestPlans.Sound(RunBench.Network, rounds: 9) with { TargetAccuracy = 930 };
        RunBench bench = new RunBench(plan).Started().Trained().Attested().Checked().Aggregated().Published(929);
        bench.In<TrainPhase>();
        bench.Trained().Attested().Checked().Aggregated(8).Published(930);
        Assert.Equal(RunEnd.TargetReached, bench.End.End);
    }

    [Fact]
    public void D1_a_phase_begins_when_the_one_before_closed_and_not_at_its_deadline()
    {
        RunBench bench = new RunBench().Pool().Approve(4).Pass(3_600_000);
        Assert.Equal(bench.Now, bench.In<TrainPhase>().Since);
        Assert.Equal(bench.Now.UnixMs + bench.Plan.Deadlines.TrainMs, RunRules.NextDeadline(bench.Run)!.Value.UnixMs);
    }

    [Fact]
    public void D2_a_deadline_closes_its_phase_at_that_very_time_and_not_before()
    {
        RunBench bench = new RunBench().Started();
        bench.Update(bench.Hospitals[0]).Update(bench.Hospitals[1]).Update(bench.Hospitals[2]);
        bench.Pass(bench.Plan.Deadlines.TrainMs - 1).In<TrainPhase>();
        bench.Pass(1).In<AttestPhase>();
    }

    private static string Refused(RunBench bench, int member, ModelVote vote) =>
        bench.Refuse((r, t) => RunRules.CastModel(r, bench.Committee[member], 1, vote, t));
}
