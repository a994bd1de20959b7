using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>Votes for hospitals and observers that a provider or a dashboard proposes, where this validator's operator
/// has said so in advance. Everything else about members is for people to vote on.</summary>
internal sealed class MemberVoter(MemberId self, ChainView view, OwnTransactions own)
{
    public void Tick()
    {
        LedgerState state = view.State;
        foreach (Motion motion in state.Motions.Open.Values)
        {
            if (motion.Act is AdmitMemberBody { Member.Role: MemberRole.Hospital or MemberRole.Observer } admit
                && !motion.Voters.Contains(self) && state.Members.TryGetValue(motion.OpenedBy, out Member? opener)
                && opener.Role is MemberRole.Provider or MemberRole.Observer)
            {
                own.Act(admit, admit);
            }
        }

        own.Forget(act => act is AdmitMemberBody admit && !state.Motions.Open.Values.Any(m => m.Act.Equals(admit)));
    }
}
