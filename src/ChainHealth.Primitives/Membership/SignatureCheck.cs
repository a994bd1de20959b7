namespace ChainHealth.Primitives;

/// <summary>Whether the signature is the key's own over the message. <see cref="Secp256k1.Verify"/> unless a simulation
/// injects a cheaper scheme.</summary>
public delegate bool SignatureCheck(PublicKey key, Digest message, Signature signature);
