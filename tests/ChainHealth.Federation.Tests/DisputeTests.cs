using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Federation.Tests;

/// <summary>Rules E of ROUND.md: what is named after a failed attempt contains the faulty member, and the run goes on
/// without it.</summary>
public class DisputeTests
{
    private static RunBench InCheck() => new RunBench().Started().Trained().Attested();

    [Fact]
    public void E3_a_silent_member_that_two_name_is_left_out_and_three_equal_votes_decide()
    {
        RunBench bench = InCheck();
        Silence(bench, 0, 3, 0);
        Silence(bench, 1, 3, 0);
        Assert.Equal(1, bench.In<CheckPhase>().Attempt);
        Silence(bench, 2, 3, 0);
        bench.In<CheckPhase>();
        bench.Pass(5_000);
        CheckPhase phase = bench.In<CheckPhase>();
        Assert.Equal((2, bench.Committee[3]), (phase.Attempt, phase.Dispute.Without!.Value));
        Assert.Equal(bench.Committee[3], bench.Run.Standing.Silent);
        Assert.Equal("m4 is silent, as m1, m2, m3 say", bench.Run.Current!.FailedAttempts[0].Reason);
        Assert.Contains("held without", bench.Refuse((r, t) =>
            RunRules.CastVerdict(r, bench.Committee[3], 1, RunBench.Vote(31, attempt: 2), t)));
        Votes(bench, 31, 2, 0, 1);
        bench.In<CheckPhase>();
        Votes(bench, 31, 2, 2);
        Assert.Equal(bench.Committee[3], bench.In<AggregatePhase>().Dispute.Without);
    }

    [Fact]
    public void E2_a_party_that_stopped_for_anothers_fault_is_not_blamed_for_its_silence()
    {
        // m1 sends nothing to m2 alone; m2 stops, and so m3 and m1 hear nothing from m2 in the next exchange.
        RunBench bench = InCheck();
        Silence(bench, 2, 1, exchange: 8);
        Silence(bench, 0, 1, exchange: 8);
        Silence(bench, 3, 1, exchange: 9);
        bench.In<CheckPhase>();
        Silence(bench, 1, 0, exchange: 7);
        Assert.Equal(SuspectPair.Of(bench.Committee[0], bench.Committee[1]), bench.Run.Standing.Suspects);
        Assert.Null(bench.Run.Standing.Silent);
    }

    [Fact]
    public void E4_who_says_nothing_on_the_chain_either_is_silent_when_the_dispute_is_over()
    {
        RunBench bench = InCheck();
        Silence(bench, 0, 2, 5);
        Votes(bench, 31, 1, 1, 3);
        Assert.Equal(1, bench.In<CheckPhase>().Attempt);
        Assert.True(RunRules.NextDeadline(bench.Run) < bench.In<CheckPhase>().Deadline);
        bench.PassDeadline();
        Assert.Equal(bench.Committee[2], bench.Run.Standing.Silent);
        Assert.Equal(2, bench.In<CheckPhase>().Attempt);
    }

    [Fact]
    public void E6_a_broken_message_makes_a_pair_of_the_two_at_once()
    {
        RunBench bench = InCheck();
        Report(bench, 1, new FaultReport(1, FaultKind.Message, 3, bench.Committee[3], bench.Committee[3], []));
        Assert.Equal(SuspectPair.Of(bench.Committee[1], bench.Committee[3]), bench.Run.Standing.Suspects);
        Assert.Equal(bench.Committee[1], bench.In<CheckPhase>().Dispute.Without);
    }

    [Theory]
    [InlineData(1, 2, 1, 2, 3)]
    [InlineData(1, 1, 2, 1, 2)]
    [InlineData(1, 1, 1, 1, 3)]
    public void E7_to_E9_signed_copies_show_which_two_contradict_each_other(
        byte sent, byte vouched, byte seen, int first, int second)
    {
        // m1 complains about the sender m2 and the witness m3.
        RunBench bench = InCheck();
        Report(bench, 0, Tag(bench, seen));
        Assert.Contains("no statement of m4", bench.Refuse((r, t) => RunRules.StateCopies(
            r, bench.Committee[3], 1, Copy(bench, sent), t)));
        Assert.Contains("another report", bench.Refuse((r, t) => RunRules.StateCopies(
            r, bench.Committee[1], 1, Copy(bench, sent) with { Exchange = 5 }, t)));
        bench.Take((r, t) => RunRules.StateCopies(r, bench.Committee[1], 1, Copy(bench, sent), t));
        Assert.Contains("no statement", bench.Refuse((r, t) => RunRules.StateCopies(
            r, bench.Committee[1], 1, Copy(bench, sent), t)));
        bench.In<CheckPhase>();
        bench.Take((r, t) => RunRules.StateCopies(r, bench.Committee[2], 1, Copy(bench, vouched), t));
        Assert.Equal(new SuspectPair(new MemberId((uint)first), new MemberId((uint)second)),
            bench.Run.Standing.Suspects);
        Assert.Equal(2, bench.In<CheckPhase>().Attempt);
    }

    /// <summary>A liar may report about an exchange of which nobody has a copy any more: leaving out the honest member
    /// that cannot answer would leave three with the liar among them, and nobody to notice.</summary>
    [Fact]
    public void E7_a_member_that_states_nothing_makes_a_pair_with_the_reporter_and_is_not_left_out_alone()
    {
        RunBench bench = InCheck();
        Report(bench, 0, Tag(bench, 1));
        bench.PassDeadline();
        Assert.Equal(SuspectPair.Of(bench.Committee[0], bench.Committee[1]), bench.Run.Standing.Suspects);
        Assert.Null(bench.Run.Standing.Silent);
        Assert.Equal(bench.Committee[0], bench.In<CheckPhase>().Dispute.Without);
    }

    [Fact]
    public void E10_a_member_that_told_two_others_different_keys_is_convicted()
    {
        RunBench bench = InCheck();
        Digest[] d = [.. Enumerable.Range(0, 9).Select(i => Digest.Sha256([(byte)i]))];
        MemberId[] c = [.. bench.Committee];
        Report(bench, 0, new FaultReport(1, FaultKind.Keys, 2, c[1], c[2], [d[0], d[1], d[2]]));
        bench.Take((r, t) => RunRules.StateCopies(r, c[1], 1, new(1, 2, c[1], c[2], c[0], [d[0], d[5], d[2]]), t));
        bench.Take((r, t) => RunRules.StateCopies(r, c[2], 1, new(1, 2, c[1], c[2], c[0], [d[0], d[6], d[2]]), t));
        Assert.Equal([c[1]], bench.Run.Standing.Excluded);
        Assert.Equal("m2 told m1, m3 different things about a key", bench.Run.Current!.FailedAttempts[0].Reason);
    }

    [Fact]
    public void E11_while_a_pair_is_suspected_the_two_others_decide_in_one_attempt_without_each()
    {
        RunBench bench = WithPair();
        Assert.Equal(bench.Committee[0], bench.In<CheckPhase>().Dispute.Without);
        Votes(bench, 0b11110, 2, 2, 3);
        CheckPhase second = bench.In<CheckPhase>();
        Assert.Equal((3, bench.Committee[1]), (second.Attempt, second.Dispute.Without!.Value));
        Votes(bench, 0b01111, 3, 2, 3);

        // E12: what one of the two attempts refuses is refused.
        Assert.Equal(
            [Verdict.Poisoned, Verdict.Accepted, Verdict.Accepted, Verdict.Accepted, Verdict.Poisoned],
            bench.Run.Current!.Outcomes.Select(o => o.Verdict));
        Assert.Equal(bench.Committee[0], bench.In<AggregatePhase>().Dispute.Without);
        bench.ModelVote(2, RunBench.Model(9)).ModelVote(3, RunBench.Model(9)).In<PublishPhase>();
    }

    [Fact]
    public void E11_a_second_conflict_convicts_the_member_that_is_in_both()
    {
        RunBench bench = WithPair();
        Report(bench, 2, new FaultReport(2, FaultKind.Message, 3, bench.Committee[1], bench.Committee[1], []));
        Assert.Equal([bench.Committee[1]], bench.Run.Standing.Excluded);
        Assert.Null(bench.Run.Standing.Suspects);
        Assert.Equal(bench.Committee[1], bench.In<CheckPhase>().Dispute.Without);
        Votes(bench, 31, 3, 0, 2, 3);
        bench.In<AggregatePhase>();
    }

    [Fact]
    public void A_report_must_make_sense()
    {
        RunBench bench = InCheck();
        ImmutableArray<MemberId> c = bench.Committee;
        Assert.Contains("cannot be accused", Refused(bench, 0, new(1, FaultKind.Silence, 1, c[0], c[0], [])));
        Assert.Contains("cannot be accused",
            Refused(bench, 0, new(1, FaultKind.Silence, 1, bench.Hospitals[0], bench.Hospitals[0], [])));
        Assert.Contains("cannot be the witness", Refused(bench, 0, new(1, FaultKind.Silence, 1, c[1], c[2], [])));
        Assert.Contains("cannot be the witness", Refused(bench, 0, Tag(bench, 1) with { Witness = c[1] }));
        Assert.Contains("1 digests", Refused(bench, 0, Tag(bench, 1) with { Seen = [] }));
        Assert.Contains("out of range", Refused(bench, 0, Tag(bench, 1) with { Exchange = -1 }));
        Assert.Contains("not the current", Refused(bench, 0, Tag(bench, 1) with { Attempt = 2 }));
        Votes(bench, 31, 1, 0);
        Assert.Contains("has voted", Refused(bench, 0, Tag(bench, 1)));
        Silence(bench, 1, 2, 4);
        Assert.Contains("has reported", bench.Refuse((r, t) =>
            RunRules.CastVerdict(r, c[1], 1, RunBench.Vote(31), t)));
    }

    private static RunBench WithPair()
    {
        RunBench bench = InCheck();
        Report(bench, 0, new FaultReport(1, FaultKind.Message, 3, bench.Committee[1], bench.Committee[1], []));
        return bench;
    }

    private static FaultReport Tag(RunBench bench, byte seen) => new(
        1, FaultKind.Tag, 4, bench.Committee[1], bench.Committee[2], [Digest.Sha256([seen])]);

    private static CopyStatement Copy(RunBench bench, byte content) => new(
        1, 4, bench.Committee[1], bench.Committee[2], bench.Committee[0], [Digest.Sha256([content])]);

    private static void Silence(RunBench bench, int reporter, int accused, int exchange) => Report(
        bench, reporter, new FaultReport(bench.In<CheckPhase>().Attempt, FaultKind.Silence, exchange,
            bench.Committee[accused], bench.Committee[accused], []));

    private static void Report(RunBench bench, int reporter, FaultReport report) =>
        bench.Take((r, t) => RunRules.ReportFault(r, bench.Committee[reporter], 1, report, t));

    private static string Refused(RunBench bench, int reporter, FaultReport report) =>
        bench.Refuse((r, t) => RunRules.ReportFault(r, bench.Committee[reporter], 1, report, t));

    private static void Votes(RunBench bench, ulong bits, int attempt, params int[] members)
    {
        foreach (int member in members)
        {
            bench.Verdict(member, RunBench.Vote(bits, attempt));
        }
    }
}
