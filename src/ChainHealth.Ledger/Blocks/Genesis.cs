using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Ledger;

/// <summary>What all agree on before the first block. Its hash is the chain id. The validators are the members with
/// that role, in ascending order of id.</summary>
public sealed record Genesis(string Name, Instant Time, ImmutableArray<Member> Members)
{
    public const int MembersMax = 1000;

    /// <summary>The chain id.</summary>
    public Digest Hash() => Digest.Of("genesis", Digest.Zero, GenesisCodec.Encode(this));

    public ImmutableArray<Member> Validators() =>
        [.. Members.Where(m => m.Role == MemberRole.Validator).OrderBy(m => m.Id)];

    public ValidatorSet ValidatorSet() => new(new Epoch(0), [.. Validators().Select(m => m.SigningKey)]);
}
