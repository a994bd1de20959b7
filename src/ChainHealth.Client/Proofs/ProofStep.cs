namespace ChainHealth.Client;

/// <summary>One step of an offline verification.</summary>
/// <param name="Title">What was looked at.</param>
/// <param name="Detail">What was found, for people.</param>
/// <param name="Fault">Null when it holds.</param>
public sealed record ProofStep(string Title, string Detail, string? Fault)
{
    public bool Holds => Fault is null;
}
