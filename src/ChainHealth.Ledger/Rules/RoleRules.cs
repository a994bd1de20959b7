using System.Text;
using ChainHealth.Federation;
using ChainHealth.Primitives;

namespace ChainHealth.Ledger;

/// <summary>What the rules of several kinds share: roles, and an act on a run.</summary>
internal static class RoleRules
{
    public static string? Fault(Member sender, MemberRole role, string act) => Fault(sender, [role], act);

    public static string? Fault(Member sender, ReadOnlySpan<MemberRole> roles, string act) =>
        roles.Contains(sender.Role)
            ? null
            : $"{act} is for members with the role {string.Join(" or ", roles.ToArray())}; {sender.Name} "
                + $"({sender.Id}) is {sender.Role}";

    /// <summary>Null when every id is a member with the role.</summary>
    public static string? Fault(LedgerDraft draft, IEnumerable<MemberId> ids, MemberRole role, string part)
    {
        foreach (MemberId id in ids)
        {
            if (!draft.Members.TryGetValue(id, out Member? member) || member.Role != role)
            {
                return $"plan: {part} {id} is no member with the role {role}";
            }
        }

        return null;
    }

    public static string? TextFault(string text, int bytesMax) => Encoding.UTF8.GetByteCount(text) <= bytesMax
        ? null : $"text of {Encoding.UTF8.GetByteCount(text)} bytes, at most {bytesMax} allowed";

    /// <summary>Applies an act to a run of the draft.</summary>
    public static string? Act(LedgerDraft draft, RunId id, Func<RunState, RunOutcome> act)
    {
        if (!draft.Runs.TryGetValue(id, out RunState? run))
        {
            return $"there is no run {id}";
        }

        RunOutcome outcome = act(run);
        if (outcome.Next is not null)
        {
            draft.SetRun(outcome.Next);
        }

        return outcome.Fault;
    }
}
