using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Ledger;

/// <summary>Admission of members by 2f+1 equal votes of the validators (LEDGER.md, rules M).</summary>
internal static class AdmissionRules
{
    /// <summary>Votes of one validator that may be open at once.</summary>
    public const int OpenVotesMax = 64;

    public static string? Apply(LedgerDraft draft, Member sender, AdmitMemberBody body)
    {
        Digest candidate = StateSections.LeafOf(body.Member);
        ImmutableSortedSet<MemberId> votes = draft.AdmissionVotes.GetValueOrDefault(candidate) ?? [];
        string? fault = RoleRules.Fault(sender, MemberRole.Validator, "admitting a member")
            ?? CandidateFault(draft, body.Member)
            ?? (votes.Contains(sender.Id) ? $"{sender.Id} has voted for this member already" : null)
            ?? (draft.AdmissionVotes.Values.Count(v => v.Contains(sender.Id)) >= OpenVotesMax
                ? $"{sender.Id} has {OpenVotesMax} votes open already" : null);
        if (fault is not null)
        {
            return fault;
        }

        votes = votes.Add(sender.Id);
        int validators = draft.Members.Values.Count(m => m.Role == MemberRole.Validator);
        if (votes.Count < Quorum.Of(validators).Size)
        {
            draft.AdmissionVotes = draft.AdmissionVotes.SetItem(candidate, votes);
            return null;
        }

        var id = new MemberId((uint)draft.Members.Count + 1);
        draft.Members = draft.Members.Add(id, body.Member with { Id = id });
        draft.AdmissionVotes = draft.AdmissionVotes.Remove(candidate);
        return null;
    }

    private static string? CandidateFault(LedgerDraft draft, Member member)
    {
        if (member.Id.Value != 0)
        {
            return "a candidate has no number yet: its id must be zero";
        }

        if (member.Role == MemberRole.Validator)
        {
            return "the validators of an epoch are fixed: a validator cannot be admitted";
        }

        Member? twin = draft.Members.Values.FirstOrDefault(m =>
            m.Name == member.Name || m.SigningKey == member.SigningKey || m.TlsPin == member.TlsPin);
        return GenesisRules.MemberFault(member)
            ?? (twin is not null ? $"name or a key is that of {twin.Name} ({twin.Id})" : null)
            ?? (draft.Members.Count >= Genesis.MembersMax ? $"{Genesis.MembersMax} members are the most" : null);
    }
}
