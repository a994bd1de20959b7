using ChainHealth.Primitives;

namespace ChainHealth.Ledger;

/// <summary>A validator's vote to admit a member under the next free number (its Id must be zero). The 2f+1st equal
/// vote admits it.</summary>
public sealed record AdmitMemberBody(Member Member) : TransactionBody;

/// <summary>A validator's vote to refuse the member's transactions. In force from the height named, or from the block
/// after the 2f+1st equal vote where that is later.</summary>
public sealed record SuspendMemberBody(MemberId Member, string Reason, Height NotBefore) : TransactionBody
{
    public const int ReasonBytesMax = 256;
}

/// <summary>A validator's vote to take a suspension back.</summary>
public sealed record ReinstateMemberBody(MemberId Member, Height NotBefore) : TransactionBody;

/// <summary>A validator's vote for a member's new keys and address: the record as it shall be, same number, name and
/// role. What the old keys signed in earlier blocks stays valid.</summary>
public sealed record RotateMemberKeysBody(Member Member, Height NotBefore) : TransactionBody;

/// <summary>By a provider or an observer: asks the validators to vote for the admission of a member (its Id must be
/// zero).</summary>
public sealed record ProposeMemberBody(Member Member) : TransactionBody;
