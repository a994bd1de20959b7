using ChainHealth.Primitives;

namespace ChainHealth.Ledger;

/// <summary>Path from a leaf of one section of the state (for instance the final models) up to the state root: first
/// within the section, then among the sections.</summary>
public sealed record StateProof(MerkleProof InSection, Digest SectionRoot, MerkleProof AmongSections);
