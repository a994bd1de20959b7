using ChainHealth.Primitives;

namespace ChainHealth.Federation.Tests;

public class CheckTests
{
    private static RunBench InCheck(int updates = 5) => new RunBench().Started().Trained(updates).Attested();

    [Fact]
    public void V1_bit_i_belongs_to_the_ith_hospital_in_ascending_order()
    {
        RunBench bench = InCheck().Checked(0b10111);
        Assert.Equal(
            [Verdict.Accepted, Verdict.Accepted, Verdict.Accepted, Verdict.Poisoned, Verdict.Accepted],
            bench.Run.Current!.Outcomes.Select(o => o.Verdict));
        Assert.DoesNotContain(bench.Hospitals[3], bench.In<AggregatePhase>().Accepted.Keys);
    }

    [Fact]
    public void V1_bits_count_only_the_hospitals_under_check()
    {
        RunBench bench = InCheck(updates: 4);
        Assert.Contains("beyond the 4", Refused(bench, 0, RunBench.Vote(0b11111)));
        bench.Checked(0b1111);
        Assert.Equal(Verdict.Missing, bench.Run.Current!.Outcomes[4].Verdict);
        Assert.Equal(4, bench.In<AggregatePhase>().Accepted.Count);
    }

    [Fact]
    public void V2_two_equal_votes_decide_nothing_and_the_third_does()
    {
        RunBench bench = InCheck().Verdict(0, RunBench.Vote(31)).Verdict(1, RunBench.Vote(31));
        bench.In<CheckPhase>();
        bench.Verdict(2, RunBench.Vote(31)).In<AggregatePhase>();
    }

    [Fact]
    public void V2_votes_are_equal_in_bits_and_transcript_but_not_in_cost()
    {
        RunBench bench = InCheck().Verdict(0, RunBench.Vote(31)).Verdict(1, RunBench.Vote(31, transcript: 2))
            .Verdict(2, RunBench.Vote(31));
        bench.In<CheckPhase>();
        bench.Verdict(3, RunBench.Vote(31) with { Cost = new JobCost(7, 70, 7) }).In<AggregatePhase>();
        Assert.Equal(new JobCost(37, 70, 30), bench.Run.Current!.CheckCost);
        Assert.Equal("by 3 equal votes of the committee", bench.Run.Current.Outcomes[0].Reason);
    }

    [Fact]
    public void V3_a_member_votes_once_in_an_attempt_and_only_in_the_current_one()
    {
        RunBench bench = InCheck().Verdict(0, RunBench.Vote(31));
        Assert.Contains("has voted", Refused(bench, 0, RunBench.Vote(31)));
        Assert.Contains("not the current", Refused(bench, 1, RunBench.Vote(31, attempt: 2)));
        Assert.Contains("out of range", Refused(bench, 1, RunBench.Vote(31) with { Cost = new JobCost(-1, 0, 0) }));
        Assert.Contains("committee", bench.Refuse((r, t) =>
            RunRules.CastVerdict(r, bench.Hospitals[0], 1, RunBench.Vote(31), t)));
        Assert.Contains("round 2", bench.Refuse((r, t) =>
            RunRules.CastVerdict(r, bench.Committee[1], 2, RunBench.Vote(31), t)));
    }

    [Fact]
    public void V4_a_late_dissenting_vote_is_kept_and_changes_nothing()
    {
        RunBench bench = InCheck().Checked(0b01111);
        bench.Verdict(3, RunBench.Vote(0b11111, transcript: 5));
        RoundRecord record = bench.Run.Current!;
        Assert.Equal(Verdict.Poisoned, record.Outcomes[4].Verdict);
        Assert.Equal((UInt128)0b11111, record.VerdictVotes[bench.Committee[3]].AcceptedBits);
        Assert.Equal(40, record.CheckCost.BytesSent);
        Assert.Contains("has voted", Refused(bench, 3, RunBench.Vote(31)));
        Assert.Contains("has voted", Refused(bench, 0, RunBench.Vote(31)));
    }

    [Fact]
    public void V5_two_reports_of_failure_begin_the_next_attempt_with_a_deadline_of_its_own()
    {
        RunBench bench = InCheck().Verdict(0, RunBench.Vote(31)).Pass(500);
        Abort(bench, 1, 1);
        Assert.Equal(1, bench.In<CheckPhase>().Attempt);
        Abort(bench, 2, 1);
        CheckPhase phase = bench.In<CheckPhase>();
        Assert.Equal((2, 0, 0), (phase.Attempt, phase.Votes.Count, phase.Aborted.Count));
        Assert.Equal(bench.Now.UnixMs + bench.Plan.Deadlines.CheckMs, phase.Deadline!.Value.UnixMs);
        FailedAttempt failed = Assert.Single(bench.Run.Current!.FailedAttempts);
        Assert.Equal(("check", 1, "reported by m2, m3"), (failed.Phase, failed.Attempt, failed.Reason));
        Assert.Contains("not the current", Refused(bench, 0, RunBench.Vote(31)));
        for (int i = 0; i < 3; i++)
        {
            bench.Verdict(i, RunBench.Vote(31, attempt: 2));
        }

        bench.In<AggregatePhase>();
        Assert.Equal(500, bench.Run.Current!.Times.Single(t => t.Phase == "check").Milliseconds);
    }

    [Fact]
    public void V5_a_member_either_votes_or_reports_failure()
    {
        RunBench bench = InCheck().Verdict(0, RunBench.Vote(31));
        Assert.Contains("has voted", bench.Refuse((r, t) => RunRules.ReportAbort(r, bench.Committee[0], 1, 1, t)));
        Abort(bench, 1, 1);
        Assert.Contains("reported the failure", Refused(bench, 1, RunBench.Vote(31)));
        Assert.Contains("reported the failure",
            bench.Refuse((r, t) => RunRules.ReportAbort(r, bench.Committee[1], 1, 1, t)));
    }

    [Fact]
    public void V6_votes_that_can_no_longer_agree_begin_the_next_attempt()
    {
        RunBench bench = InCheck().Verdict(0, RunBench.Vote(31)).Verdict(1, RunBench.Vote(30));
        Assert.Equal(1, bench.In<CheckPhase>().Attempt);
        bench.Verdict(2, RunBench.Vote(29));
        Assert.Equal(2, bench.In<CheckPhase>().Attempt);
        Assert.Contains("disagree", bench.Run.Current!.FailedAttempts[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void V7_the_twentieth_failed_attempt_ends_the_run()
    {
        RunBench bench = InCheck();
        for (int attempt = 1; attempt <= RunRules.AttemptsMax; attempt++)
        {
            Abort(bench, 0, attempt);
            Abort(bench, 1, attempt);
        }

        Assert.Equal("round 1: check: attempt 20 failed: reported by m1, m2", bench.End.Reason);
        Assert.Equal(RunEnd.Failed, bench.End.End);
    }

    [Fact]
    public void V8_a_silent_committee_ends_the_run_at_the_deadline()
    {
        RunBench bench = InCheck().Verdict(2, RunBench.Vote(31)).PassDeadline();
        Assert.Equal(
            "round 1: check: 1 of 4 votes by the deadline, 3 equal ones needed; missing m1, m2, m4", bench.End.Reason);
    }

    [Fact]
    public void V9_fewer_than_three_accepted_keep_the_old_model_and_open_nothing()
    {
        RunBench bench = InCheck();
        Digest before = bench.Run.Model;
        bench.Checked(0b00011);
        bench.In<PublishPhase>();
        Assert.True(bench.Run.Current!.KeptOldModel);
        Assert.Equal(before, bench.Run.Current.Model);
        Assert.Equal(before, bench.Run.Model);
        Assert.Empty(bench.Run.Models);
        bench.Published();
        Assert.Equal(2, bench.Run.Round);
    }

    private static void Abort(RunBench bench, int member, int attempt) =>
        bench.Take((r, t) => RunRules.ReportAbort(r, bench.Committee[member], 1, attempt, t));

    private static string Refused(RunBench bench, int member, VerdictVote vote) =>
        bench.Refuse((r, t) => RunRules.CastVerdict(r, bench.Committee[member], 1, vote, t));
}
