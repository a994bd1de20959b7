namespace ChainHealth.Dashboard.Audit;

/// <summary>A note of the dashboard where on chain a state of the log was anchored. The chain's copy is what
/// counts.</summary>
public sealed class AuditAnchor
{
    public int Id { get; set; }

    /// <summary>Lines that the anchor covers.</summary>
    public long Sequence { get; set; }

    /// <summary>Hash of the last of them.</summary>
    public string Head { get; set; } = "";

    public DateTime AtUtc { get; set; }

    public string Transaction { get; set; } = "";

    public long Height { get; set; }
}
