using ChainHealth.Primitives;

namespace ChainHealth.Ledger;

/// <summary>A digest of something outside of the chain, and when the chain took it. It gives nothing of its content
/// away.</summary>
public abstract record Anchor(MemberId Member, Height Height, Instant Time)
{
    /// <summary>Anchors of one member.</summary>
    public const int PerMemberMax = 4096;
}

/// <summary>A data set as it was at that time: the Merkle root over the salted hashes of its records.</summary>
/// <param name="Version">Counts this member's anchors of that name from 1.</param>
public sealed record DatasetAnchor(
    MemberId Member, Height Height, Instant Time, string Name, int Version, Digest Root, int Records)
    : Anchor(Member, Height, Time);

/// <summary>An audit log as it was at that time: the head of its hash chain.</summary>
public sealed record AuditAnchor(MemberId Member, Height Height, Instant Time, Digest Head, long Entries)
    : Anchor(Member, Height, Time);

/// <summary>By a hospital or a provider: fixes a data set by the Merkle root over the salted hashes of its records. No
/// personal data: without the salts, not even a guessed record can be found in it.</summary>
/// <param name="Name">1 to <see cref="NameBytesMax"/> bytes.</param>
public sealed record AnchorDatasetBody(string Name, Digest Root, int Records) : TransactionBody
{
    public const int NameBytesMax = 128;
}

/// <summary>By an observer (a dashboard): fixes its audit log by the head of the log's hash chain.</summary>
/// <param name="Entries">Length of the log at that head.</param>
public sealed record AnchorAuditBody(Digest Head, long Entries) : TransactionBody;
