namespace ChainHealth.Dashboard.Prediction;

/// <summary>One question to an edge server and its answer, as the history keeps it. The records themselves are not
/// kept: they stay with whoever asked.</summary>
public sealed class PredictionBatch
{
    public string Id { get; set; } = Guid.NewGuid().ToString("N");

    /// <summary>Account that asked.</summary>
    public string Owner { get; set; } = "";

    public DateTime AtUtc { get; set; }

    public string Dataset { get; set; } = "";

    /// <summary>"form", "image" or the name of the file.</summary>
    public string Source { get; set; } = "";

    /// <summary>Content hash of the model that answered.</summary>
    public string Model { get; set; } = "";

    public long Run { get; set; }

    public int Round { get; set; }

    /// <summary>Edge server that answered.</summary>
    public string Server { get; set; } = "";

    public int Records { get; set; }

    public int Found { get; set; }

    public int Unsure { get; set; }

    public long Milliseconds { get; set; }

    /// <summary>Computed by the validators under sharing: neither the record nor the answer is kept.</summary>
    public bool Private { get; set; }

    /// <summary>Of a private one: sent between the validators, and to the asker and back.</summary>
    public long BytesSent { get; set; }

    /// <summary>Of a private one: message rounds between the validators.</summary>
    public int Exchanges { get; set; }

    /// <summary>The encoded answers in base64; empty for a private one.</summary>
    public string Answers { get; set; } = "";
}
