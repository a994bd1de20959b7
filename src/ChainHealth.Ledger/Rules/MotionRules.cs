using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Ledger;

/// <summary>Changes of the members by 2f+1 equal votes of the validators (LEDGER.md, rules M).</summary>
internal static class MotionRules
{
    /// <summary>Votes of one validator, or proposals of one member, that may be open at once.</summary>
    public const int OpenMax = 64;

    /// <summary>How far ahead of the chain a change may be set.</summary>
    public const int BlocksAheadMax = 1_000_000;

    /// <summary>Names a motion: equal acts are votes for the same.</summary>
    public static Digest KeyOf(TransactionBody act)
    {
        var writer = new CanonicalWriter(512);
        BodyCodec.Write(writer, act);
        return Digest.Of("motion", default, writer.Written);
    }

    public static string? Vote(LedgerDraft draft, Member sender, TransactionBody act)
    {
        Digest key = KeyOf(act);
        Motion motion = draft.Motions.Open.GetValueOrDefault(key) ?? new Motion(act, sender.Id, draft.Height, []);
        string? fault = RoleRules.Fault(sender, MemberRole.Validator, "a vote on members")
            ?? ActFault(draft, act)
            ?? (motion.Voters.Contains(sender.Id) ? $"{sender.Id} has voted for this already" : null)
            ?? (draft.Motions.Open.Values.Count(m => m.Voters.Contains(sender.Id)) >= OpenMax
                ? $"{sender.Id} has {OpenMax} votes open already" : null);
        if (fault is not null)
        {
            return fault;
        }

        motion = motion with { Voters = motion.Voters.Add(sender.Id) };
        if (motion.Voters.Count(v => !draft.Suspensions.ContainsKey(v)) < ValidatorQuorum(draft).Size)
        {
            draft.Motions = draft.Motions with { Open = draft.Motions.Open.SetItem(key, motion) };
            return null;
        }

        draft.Motions = draft.Motions with { Open = draft.Motions.Open.Remove(key) };
        if (act is AdmitMemberBody admit)
        {
            var id = new MemberId((uint)draft.Members.Count + 1);
            draft.Members = draft.Members.Add(id, admit.Member with { Id = id });
        }
        else
        {
            draft.Motions = draft.Motions with { Scheduled = draft.Motions.Scheduled.Add(act) };
        }

        return null;
    }

    public static string? Propose(LedgerDraft draft, Member sender, ProposeMemberBody body)
    {
        var act = new AdmitMemberBody(body.Member);
        Digest key = KeyOf(act);
        string? fault = RoleRules.Fault(sender, [MemberRole.Provider, MemberRole.Observer], "proposing a member")
            ?? ActFault(draft, act)
            ?? (draft.Motions.Open.ContainsKey(key) ? "this admission is being voted on already" : null)
            ?? (draft.Motions.Open.Values.Count(m => m.OpenedBy == sender.Id) >= OpenMax
                ? $"{sender.Id} has {OpenMax} proposals open already" : null);
        if (fault is null)
        {
            Motion motion = new(act, sender.Id, draft.Height, []);
            draft.Motions = draft.Motions with { Open = draft.Motions.Open.Add(key, motion) };
        }

        return fault;
    }

    /// <summary>M9: takes out what was not decided in the blocks that it had, so that its voters' places are free and
    /// a vote of long ago does not decide with one of today.</summary>
    public static void Lapse(LedgerDraft draft, Height height)
    {
        Digest[] lapsed = [.. draft.Motions.Open.Where(m => m.Value.LastBlock <= height).Select(m => m.Key)];
        if (lapsed.Length > 0)
        {
            draft.Motions = draft.Motions with { Open = draft.Motions.Open.RemoveRange(lapsed) };
        }
    }

    /// <summary>The decided changes that are in force for the block after this height.</summary>
    public static void PutInForce(LedgerDraft draft, Height height)
    {
        foreach (TransactionBody act in draft.Motions.Scheduled)
        {
            if (NotBefore(act) > height.Next)
            {
                continue;
            }

            draft.Motions = draft.Motions with { Scheduled = draft.Motions.Scheduled.Remove(act) };
            switch (act)
            {
                case SuspendMemberBody b:
                    draft.Suspensions = draft.Suspensions.SetItem(b.Member, new Suspension(height.Next, b.Reason));
                    break;
                case ReinstateMemberBody b:
                    draft.Suspensions = draft.Suspensions.Remove(b.Member);
                    break;
                case RotateMemberKeysBody b:
                    draft.Members = draft.Members.SetItem(b.Member.Id, b.Member);
                    break;
                default:
                    throw new InvalidOperationException($"{act.GetType().Name} cannot be scheduled");
            }
        }
    }

    private static Height NotBefore(TransactionBody act) => act switch
    {
        SuspendMemberBody b => b.NotBefore,
        ReinstateMemberBody b => b.NotBefore,
        RotateMemberKeysBody b => b.NotBefore,
        _ => default,
    };

    private static string? ActFault(LedgerDraft draft, TransactionBody act) =>
        NotBefore(act).Value > draft.Height.Value + BlocksAheadMax
            ? $"height {NotBefore(act)} lies more than {BlocksAheadMax} blocks ahead"
            : act switch
            {
                AdmitMemberBody b => CandidateFault(draft, b.Member),
                SuspendMemberBody b => SuspensionFault(draft, b),
                ReinstateMemberBody b => !draft.Suspensions.ContainsKey(b.Member) ? $"{b.Member} is not suspended"
                    : draft.Motions.Scheduled.Any(s => s is ReinstateMemberBody r && r.Member == b.Member)
                        ? $"{b.Member} will be reinstated already" : null,
                RotateMemberKeysBody b => RotationFault(draft, b.Member),
                _ => $"no vote on {act.GetType().Name}",
            };

    private static string? CandidateFault(LedgerDraft draft, Member member) =>
        member.Id.Value != 0 ? "a candidate has no number yet: its id must be zero"
        : member.Role == MemberRole.Validator
            ? "the validators of an epoch are fixed: a validator cannot be admitted"
        : GenesisRules.MemberFault(member)
            ?? TwinFault(draft, member)
            ?? (draft.Members.Count >= Genesis.MembersMax ? $"{Genesis.MembersMax} members are the most" : null);

    /// <summary>At most f validators may be suspended at once, so that 2f+1 can always vote on.</summary>
    private static string? SuspensionFault(LedgerDraft draft, SuspendMemberBody body)
    {
        if (!draft.Members.TryGetValue(body.Member, out Member? member))
        {
            return $"{body.Member} is no member";
        }

        MemberId[] coming = [.. draft.Motions.Scheduled.OfType<SuspendMemberBody>().Select(s => s.Member)];
        int validators = draft.Suspensions.Keys.Union(coming)
            .Count(m => draft.Members[m].Role == MemberRole.Validator);
        return draft.Suspensions.ContainsKey(body.Member) ? $"{member.Name} ({member.Id}) is suspended already"
            : coming.Contains(body.Member) ? $"{member.Name} ({member.Id}) will be suspended already"
            : body.Reason.Length == 0 ? "a suspension needs a reason"
            : member.Role == MemberRole.Validator && validators >= ValidatorQuorum(draft).Faulty
                ? $"{validators} validators are suspended already, more than {ValidatorQuorum(draft).Faulty} cannot be"
            : RoleRules.TextFault(body.Reason, SuspendMemberBody.ReasonBytesMax);
    }

    private static string? RotationFault(LedgerDraft draft, Member next)
    {
        if (!draft.Members.TryGetValue(next.Id, out Member? member))
        {
            return $"{next.Id} is no member";
        }

        return member.Role == MemberRole.Validator
                ? "the validators of an epoch are fixed: their keys cannot be changed"
            : next.Name != member.Name || next.Role != member.Role
                ? $"{member.Id} is {member.Name}, {member.Role}: neither name nor role can be changed"
            : next == member ? "nothing would change"
            : draft.Motions.Scheduled.Any(s => s is RotateMemberKeysBody r && r.Member.Id == next.Id)
                ? $"{member.Name} ({member.Id}) will have new keys already"
            : GenesisRules.MemberFault(next) ?? TwinFault(draft, next);
    }

    /// <summary>Keys that will be in force count as taken too.</summary>
    private static string? TwinFault(LedgerDraft draft, Member member)
    {
        Member? twin = draft.Members.Values
            .Concat(draft.Motions.Scheduled.OfType<RotateMemberKeysBody>().Select(r => r.Member))
            .FirstOrDefault(m => m.Id != member.Id
                && (m.Name == member.Name || m.SigningKey == member.SigningKey || m.TlsPin == member.TlsPin));
        return twin is null ? null : $"name or a key is that of {twin.Name} ({twin.Id})";
    }

    private static Quorum ValidatorQuorum(LedgerDraft draft) =>
        Quorum.Of(draft.Members.Values.Count(m => m.Role == MemberRole.Validator));
}
