using System.Collections.Immutable;
using ChainHealth.Client;
using ChainHealth.Dashboard.Chain;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Dashboard.Enrolment;

/// <summary>How an enrolment stands, from its row and the chain together.</summary>
/// <param name="Stage">Null while the code waits to be used.</param>
/// <param name="Voters">Validators that voted so far.</param>
/// <param name="Needed">Votes that admit: 2f+1.</param>
public sealed record EnrolmentState(
    EnrolmentRow Row, EnrolmentStage? Stage, ImmutableArray<MemberId> Voters, int Needed)
{
    public EnrolmentAnswer Answer => new(
        Stage ?? EnrolmentStage.Proposing, Voters.Length, Needed, new MemberId((uint)(Row.Member ?? 0)), Row.Fault);

    public static EnrolmentState Of(EnrolmentRow row, ChainPicture picture)
    {
        ArgumentNullException.ThrowIfNull(row);
        ArgumentNullException.ThrowIfNull(picture);
        LedgerState? state = picture.Snapshot?.State;
        int validators = state?.Members.Values.Count(m => m.Role == MemberRole.Validator) ?? 0;
        int needed = Quorum.IsValid(validators) ? Quorum.Of(validators).Size : validators;
        Motion? motion = row.Open && state is not null ? MotionFor(state, row.Candidate()) : null;
        EnrolmentStage? stage = row.RegisteredAtUtc is null ? null
            : row.Member is not null ? EnrolmentStage.Member
            : row.Fault.Length > 0 ? EnrolmentStage.Refused
            : motion is null ? EnrolmentStage.Proposing : EnrolmentStage.Voting;
        return new EnrolmentState(row, stage, [.. motion?.Voters ?? []], needed);
    }

    internal static Motion? MotionFor(LedgerState state, Member candidate) => state.Motions.Open.Values
        .FirstOrDefault(m => m.Act is AdmitMemberBody admit && admit.Member.SigningKey == candidate.SigningKey);

    internal static Member? MemberFor(LedgerState state, Member candidate) =>
        state.Members.Values.FirstOrDefault(m => m.SigningKey == candidate.SigningKey);
}
