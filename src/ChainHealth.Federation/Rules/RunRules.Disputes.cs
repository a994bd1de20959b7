using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Federation;

/// <summary>Failed attempts of SMPC jobs: who is named, and how it goes on without it (ROUND.md, rules E).</summary>
public static partial class RunRules
{
    private const int ExchangeMax = 1_000_000;

    /// <summary>By a computing member, in place of a vote (rule E1).</summary>
    public static RunOutcome ReportFault(RunState run, MemberId actor, int round, FaultReport report, Instant now)
    {
        string? fault = CommitteeFault(run, actor) ?? RoundFault(run, round);
        if (fault is not null || DisputeOf(run.Phase) is not { } dispute)
        {
            return Refused(run, fault ?? WrongPhase(run, "a fault report"));
        }

        fault = TurnFault(run.Phase, actor, report.Attempt) ?? ReportFault(run, dispute, actor, report);
        if (fault is not null)
        {
            return Refused(run, fault);
        }

        dispute = dispute with
        {
            Reports = dispute.Reports.Add(actor, report),
            Asked = dispute.Asked ?? (report.IsHard ? actor : null),
            Until = dispute.Until ?? After(now, DisputeRules.DisputeMs),
        };
        Instant soon = After(now, DisputeRules.AnswerMs);
        if (soon < dispute.Until && DisputeRules.IsAlmostOver(dispute, Computing(run, dispute), Spoken(run.Phase)))
        {
            dispute = dispute with { Until = soon };
        }

        return Advance(WithDispute(run, dispute), now);
    }

    /// <summary>By the two whom the open report names, once each.</summary>
    public static RunOutcome StateCopies(
        RunState run, MemberId actor, int round, CopyStatement statement, Instant now)
    {
        string? fault = CommitteeFault(run, actor) ?? RoundFault(run, round);
        Dispute? dispute = DisputeOf(run.Phase);
        fault ??= dispute is not { Open: { } open } ? WrongPhase(run, "a statement of copies")
            : !dispute.MustState(actor) ? $"no statement of {actor} is awaited"
            : !statement.Answers(dispute.Asked!.Value, open) ? "the statement is about another report"
            : null;
        return fault is not null
            ? Refused(run, fault)
            : Advance(WithDispute(run, dispute! with { Statements = dispute.Statements.Add(actor, statement) }), now);
    }

    /// <summary>The dispute of the current attempt; null where the phase has none.</summary>
    public static Dispute? DisputeOf(Phase phase) => phase switch
    {
        CheckPhase p => p.Dispute,
        AggregatePhase p => p.Dispute,
        _ => null,
    };

    private static string? ReportFault(RunState run, Dispute dispute, MemberId actor, FaultReport report)
    {
        bool Computes(MemberId m) => run.Plan.Committee.Contains(m) && m != dispute.Without;
        bool pair = report.Digests > 0;
        return !Computes(report.Accused) || report.Accused == actor ? $"{report.Accused} cannot be accused"
            : !Computes(report.Witness) || report.Witness == actor || (report.Witness != report.Accused) != pair
                ? $"{report.Witness} cannot be the witness"
            : report.Exchange is < 0 or > ExchangeMax ? $"exchange {report.Exchange} is out of range"
            : report.Seen.IsDefault || report.Seen.Length != report.Digests
                ? $"{report.Kind} carries {report.Digests} digests"
            : null;
    }

    /// <summary>Whether the member may still vote on this attempt or report on it.</summary>
    private static string? TurnFault(Phase phase, MemberId actor, int attempt) => phase switch
    {
        CheckPhase p => VoteFault(actor, attempt, p.Attempt, p.Votes.ContainsKey(actor), p.Aborted)
            ?? SeatFault(actor, p.Dispute),
        AggregatePhase p => VoteFault(actor, attempt, p.Attempt, p.Votes.ContainsKey(actor), p.Aborted)
            ?? SeatFault(actor, p.Dispute),
        _ => null,
    };

    private static string? SeatFault(MemberId actor, Dispute dispute) =>
        dispute.Without == actor ? $"the attempt is held without {actor}"
        : dispute.Reports.ContainsKey(actor) ? $"{actor} has reported the failure of this attempt already" : null;

    private static RunState WithDispute(RunState run, Dispute dispute) => run with
    {
        Phase = run.Phase switch
        {
            CheckPhase p => p with { Dispute = dispute },
            AggregatePhase p => p with { Dispute = dispute },
            var other => other,
        },
    };

    /// <summary>The vote that decides an attempt: 2f+1 equal ones; with one of a suspected pair left out, those of the
    /// two others, who are honest (E11).</summary>
    private static TVote? Decided<TVote, TMatter>(
        RunState run, ImmutableSortedDictionary<MemberId, TVote> votes, Func<TVote, TMatter> matter)
        where TVote : class
    {
        if (run.Standing.Suspects is not { } pair)
        {
            return Decided(votes.Values, matter);
        }

        TVote[] honest = [.. run.Plan.Committee.Where(m => !pair.Contains(m) && votes.ContainsKey(m))
            .Select(m => votes[m])];
        return honest.Length == CommitteeQuorum.OneHonest && Equals(matter(honest[0]), matter(honest[1]))
            ? honest[0] : null;
    }

    /// <summary>Why the attempt is given up, and what is known of the committee then; null while it goes on.</summary>
    private static Ruling? Failure<TVote, TMatter>(RunState run, Dispute dispute,
        ImmutableSortedDictionary<MemberId, TVote> votes, Func<TVote, TMatter> matter,
        ImmutableSortedSet<MemberId> aborted, Instant now)
    {
        ImmutableArray<MemberId> computing = Computing(run, dispute);
        Ruling? ruling = DisputeRules.Judge(run.Standing, dispute, computing, Spoken(run.Phase), now);
        if (ruling is not null || dispute.Asked is not null)
        {
            return ruling;
        }

        int failed = dispute.Reports.Count;
        return AttemptFailure(votes.Values.Select(matter), aborted, computing.Length, failed) is { } reason
            ? new Ruling(reason, run.Standing) : null;
    }

    private static ImmutableArray<MemberId> Computing(RunState run, Dispute dispute) =>
        [.. run.Plan.Committee.Where(m => m != dispute.Without)];

    /// <summary>Who has voted, or reported a failure of its own.</summary>
    private static ImmutableSortedSet<MemberId> Spoken(Phase phase) => phase switch
    {
        CheckPhase p => p.Aborted.Union(p.Votes.Keys),
        AggregatePhase p => p.Aborted.Union(p.Votes.Keys),
        _ => [],
    };

    private static string? StandingFault(CommitteeStanding standing) => standing.Excluded.Count > 1
        ? $"{Ids(standing.Excluded)} are excluded: fewer than three members are left" : null;
}
