using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Federation;

/// <summary>Training, commitments and their attestation (ROUND.md, rules T and C).</summary>
public static partial class RunRules
{
    /// <summary>By a participant, once a round.</summary>
    public static RunOutcome CommitUpdate(
        RunState run, MemberId hospital, int round, ShareHashes shares, int samples, long packageBytes, Instant now)
    {
        if (run.Phase is not TrainPhase phase)
        {
            return Refused(run, WrongPhase(run, "an update"));
        }

        long bytesMax = PlanRules.UpdatePackageBytesMax(run.Plan);
        string? fault = RoundFault(run, round)
            ?? (!run.Participants.Contains(hospital) ? $"{hospital} is not a participant"
            : IsSuspended(run.Current!, hospital) ? $"{hospital} is suspended in round {round}"
            : phase.Commitments.ContainsKey(hospital) ? $"{hospital} has committed in round {round} already"
            : samples is < 1 or > PlanRules.SamplesMax ? $"{samples} samples, must be 1 to {PlanRules.SamplesMax}"
            : packageBytes < 1 || packageBytes > bytesMax
                ? $"{packageBytes} bytes of packages, must be 1 to {bytesMax}"
            : phase.Commitments.Values.FirstOrDefault(c => c.Shares == shares) is { } twin
                ? $"share hashes are those of {twin.Hospital}"
            : run.Current!.Reference?.Shares == shares ? "share hashes are those of the reference update"
            : null);
        if (fault is not null)
        {
            return Refused(run, fault);
        }

        var commitment = new UpdateCommitment(hospital, shares, samples, packageBytes)
        {
            Order = phase.Commitments.Count,
        };
        RoundRecord record = Judge(
            run.Current!, o => o.Hospital == hospital ? o with { Commitment = commitment } : o);
        return Advance(
            WithRecord(run, record) with
            {
                Phase = phase with { Commitments = phase.Commitments.Add(hospital, commitment) },
            },
            now);
    }

    /// <summary>By a committee member: may come in several parts, each naming at least one hospital that it has not
    /// attested before. Hospitals ascending.</summary>
    public static RunOutcome AttestUpdates(
        RunState run, MemberId actor, int round, ImmutableArray<MemberId> hospitals, Instant now)
    {
        if (run.Phase is not AttestPhase phase)
        {
            return Refused(run, WrongPhase(run, "an attestation"));
        }

        string? fault = CommitteeFault(run, actor) ?? RoundFault(run, round) ?? ListFault(hospitals)
            ?? AttestationFault(phase, actor, round, hospitals);
        if (fault is not null)
        {
            return Refused(run, fault);
        }

        var attested = phase.Attested.SetItems(
            hospitals.Select(h => KeyValuePair.Create(h, phase.Attested[h].Add(actor))));
        return Advance(
            run with { Phase = phase with { Attested = attested }, Standing = run.Standing.Hear(actor) }, now);
    }

    private static string? AttestationFault(
        AttestPhase phase, MemberId actor, int round, ImmutableArray<MemberId> hospitals)
    {
        foreach (MemberId hospital in hospitals)
        {
            if (!phase.Attested.TryGetValue(hospital, out ImmutableSortedSet<MemberId>? by))
            {
                return $"{hospital} has not committed in round {round}";
            }

            if (by.Contains(actor))
            {
                return $"{actor} has attested {hospital} already";
            }
        }

        return null;
    }

    private static string? ListFault(ImmutableArray<MemberId> hospitals)
    {
        if (hospitals.IsDefaultOrEmpty || hospitals.Length > RunPlan.HospitalsMax)
        {
            return $"an attestation names 1 to {RunPlan.HospitalsMax} hospitals";
        }

        return hospitals.Zip(hospitals.Skip(1)).All(p => p.First.CompareTo(p.Second) < 0)
            ? null : "hospitals must be named once each, in ascending order";
    }

    private static RunState BeginRound(RunState run, Instant now)
    {
        int number = run.Round + 1;
        var record = new RoundRecord(
            number, run.Model, [.. run.Participants.Select(h => FirstOutcome(run, h))],
            null, false, [], null, [], default, default);
        return run with
        {
            Round = number,
            Records = run.Records.Add(record),
            Phase = new TrainPhase(now, After(now, run.Plan.Deadlines.TrainMs),
                ImmutableSortedDictionary<MemberId, UpdateCommitment>.Empty),
        };
    }

    private static RunState? CloseTrain(RunState run, TrainPhase phase, Instant now)
    {
        bool all = phase.Commitments.Count == run.Current!.Outcomes.Count(o => o.Verdict != Verdict.Suspended)
            && (!run.Plan.Policy.Limits.HasReference || run.Current.Reference is not null);
        if (!all && phase.Deadline > now)
        {
            return null;
        }

        RunState timed = CloseTime(run, now);
        RunState judged = WithRecord(timed, Judge(timed.Current!, o =>
            o is { Commitment: null, Verdict: Verdict.Pending }
                ? o with { Verdict = Verdict.Missing, Reason = "no update by the deadline" } : o));
        if (phase.Commitments.Count < run.Plan.MinimumUpdates)
        {
            return FailOnMissing(judged, phase.Commitments.Keys, "updates", now);
        }

        var nobody = ImmutableSortedSet<MemberId>.Empty;
        return judged with
        {
            Phase = new AttestPhase(now, After(now, run.Plan.Deadlines.AttestMs), phase.Commitments,
                phase.Commitments.ToImmutableSortedDictionary(c => c.Key, _ => nobody)),
        };
    }

    private static RunState? CloseAttest(RunState run, AttestPhase phase, Instant now)
    {
        CommitteeStanding standing = run.Standing;
        ImmutableArray<MemberId> awaited = Awaited(run, standing);
        bool all = phase.Attested.Values.All(by => awaited.All(by.Contains))
            && (run.Current!.Reference is null || HasReference(run));
        if (!all && phase.Deadline > now)
        {
            return null;
        }

        // C3: one member may be left out; every share is still known to two of the three others.
        MemberId[] behind = [.. awaited.Where(m => IsBehind(phase, awaited, m))];
        if (behind.Length == 1 && awaited.Length == run.Plan.Committee.Length)
        {
            standing = standing.Miss(behind[0]);
            awaited = Awaited(run, standing);
        }

        var held = phase.Commitments.RemoveRange(
            phase.Attested.Where(a => !awaited.All(a.Value.Contains)).Select(a => a.Key));
        RunState timed = CloseTime(run with { Standing = standing }, now);
        RunState judged = WithRecord(timed, Judge(timed.Current!, o =>
            phase.Attested.TryGetValue(o.Hospital, out ImmutableSortedSet<MemberId>? by) && !awaited.All(by.Contains)
                ? o with { Verdict = Verdict.Missing, Reason = $"shares not attested by {Ids(awaited.Except(by))}" }
                : o));
        if (held.Count < run.Plan.MinimumUpdates)
        {
            return FailOnMissing(judged, held.Keys, "updates with attested shares", now);
        }

        return run.Plan.Policy.Enabled ? BeginCheck(judged, held, now) : SkipCheck(judged, held, now);
    }

    /// <summary>The members whose attestation counts: all but one that is excluded, or silent since an earlier job.
    /// </summary>
    private static ImmutableArray<MemberId> Awaited(RunState run, CommitteeStanding standing)
    {
        MemberId? left = standing.Excluded.Count > 0 ? standing.Excluded[0] : standing.Silent;
        return [.. run.Plan.Committee.Where(m => m != left)];
    }

    /// <summary>The member attested fewer than half of what all others did. A hospital that withholds its shares from
    /// one member cannot have that member left out, unless half of the hospitals do the same.</summary>
    private static bool IsBehind(AttestPhase phase, ImmutableArray<MemberId> awaited, MemberId member)
    {
        var held = phase.Attested.Values.Where(by => awaited.All(m => m == member || by.Contains(m))).ToArray();
        return 2 * held.Count(by => by.Contains(member)) < held.Length;
    }

    private static RunState FailOnMissing(RunState run, IEnumerable<MemberId> came, string what, Instant now)
    {
        MemberId[] suspended = [.. run.Participants.Where(h => IsSuspended(run.Current!, h))];
        MemberId[] missing = [.. run.Participants.Except(came).Except(suspended)];
        int there = run.Participants.Count - missing.Length - suspended.Length;
        string reason = $"round {run.Round}: {there} of {run.Participants.Count} "
            + $"{what} by the deadline, {run.Plan.MinimumUpdates} needed; missing {Ids(missing)}"
            + (suspended.Length == 0 ? "" : $"; suspended {Ids(suspended)}");
        return run with { Phase = new EndedPhase(now, RunEnd.Failed, reason) };
    }
}
