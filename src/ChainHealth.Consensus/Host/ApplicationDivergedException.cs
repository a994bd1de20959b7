namespace ChainHealth.Consensus;

/// <summary>A block that 2f+1 validators committed is not valid here: this process's application, its state, or more
/// than f validators are broken. The replica must not go on.</summary>
public sealed class ApplicationDivergedException(ChainTip block, string fault)
    : InvalidOperationException($"committed block {block.Hash.Short} at height {block.Height} is refused: {fault}");
