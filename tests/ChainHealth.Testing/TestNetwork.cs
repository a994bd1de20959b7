using System.Collections.Immutable;
using System.Security.Cryptography;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Testing;

/// <summary>A consortium with keys from a seed: validators first, then hospitals, provider, operator and dashboard,
/// numbered from 1, as the network folder has them. The TLS pins are made up, and the encryption keys too unless
/// something is to be sealed to them.</summary>
public sealed class TestNetwork
{
    private readonly Dictionary<MemberId, SigningKey> _keys = [];

    public TestNetwork(int validators = 4, int hospitals = 5, ulong seed = 1, bool sealable = false)
    {
        Seed = seed;
        var members = ImmutableArray.CreateBuilder<Member>();
        foreach ((string name, MemberRole role) in Cast(validators, hospitals))
        {
            var id = new MemberId((uint)members.Count + 1);
            Member member = MemberWith(id, name, role, KeyOf(name));
            members.Add(sealable && role == MemberRole.Validator
                ? member with { EncryptionKey = SealingKey(KeyOf(name)) } : member);
            _keys[id] = KeyOf(name);
        }

        Genesis = new Genesis("test-" + seed, new Instant(1_790_000_000_000), members.ToImmutable());
        Chain = Genesis.Hash();
        Validators = Genesis.ValidatorSet();
    }

    public ulong Seed { get; }

    public Genesis Genesis { get; }

    public Digest Chain { get; }

    public ValidatorSet Validators { get; }

    public ImmutableArray<MemberId> ValidatorIds => Ids(MemberRole.Validator);

    public ImmutableArray<MemberId> HospitalIds => Ids(MemberRole.Hospital);

    /// <summary>The provider's edge server: pool contributor.</summary>
    public MemberId Provider => Named("provider");

    /// <summary>Whoever starts runs.</summary>
    public MemberId Operator => Named("operator");

    public MemberId Dashboard => Named("dashboard");

    public SigningKey Key(MemberId member) => _keys[member];

    public MemberId Named(string name) => Genesis.Members.Single(m => m.Name == name).Id;

    /// <summary>A further member of this role, with a key of its own, as a candidate for admission.</summary>
    public Member Candidate(string name, MemberRole role = MemberRole.Hospital) =>
        MemberWith(new MemberId(0), name, role, KeyOf(name));

    /// <summary>Lets transactions of a member that was admitted later be signed.</summary>
    public void Adopt(MemberId id, string name) => _keys[id] = KeyOf(name);

    public SignedTransaction Sign(MemberId sender, ulong nonce, TransactionBody body) =>
        new Transaction(Chain, sender, nonce, body).Sign(Key(sender));

    /// <summary>A commit certificate by these validators, by default the first 2f+1.</summary>
    public QuorumCertificate Certify(BlockHeader header, View view = default, IEnumerable<int>? signers = null)
    {
        int[] who = [.. (signers ?? Enumerable.Range(0, Validators.Quorum.Size)).Order()];
        Digest block = header.Hash();
        Digest message = new VoteSubject(Chain, header.Epoch, header.Height, view, VotePhase.Commit, block).Hash();
        UInt128 bits = who.Aggregate(UInt128.Zero, (sum, i) => sum | (UInt128.One << i));
        return new QuorumCertificate(header.Epoch, header.Height, view, VotePhase.Commit, block, bits,
            [.. who.Select(i => Key(ValidatorIds[i]).Sign(message))]);
    }

    public SigningKey KeyOf(string name)
    {
        byte[] content = new CanonicalWriter().UInt64(Seed).Text(name).ToArray();
        return SigningKey.TryCreate(Digest.Of("test-key", default, content).ToArray())!;
    }

    /// <summary>A P-256 key made of the same secret.</summary>
    private static ByteString SealingKey(SigningKey key)
    {
        using ECDiffieHellman sealing = ECDiffieHellman.Create(
            new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = key.ExportSecret() });
        return new ByteString(sealing.ExportSubjectPublicKeyInfo());
    }

    private ImmutableArray<MemberId> Ids(MemberRole role) =>
        [.. Genesis.Members.Where(m => m.Role == role).Select(m => m.Id)];

    private static Member MemberWith(MemberId id, string name, MemberRole role, SigningKey key)
    {
        bool validator = role == MemberRole.Validator;
        byte[] pinned = new CanonicalWriter().PublicKey(key.PublicKey).ToArray();
        return new Member(
            id, name, role, key.PublicKey, Digest.Of("test-pin", default, pinned),
            validator ? new ByteString(pinned) : default, validator ? $"127.0.0.1:{7000 + id.Value}" : "");
    }

    private static IEnumerable<(string Name, MemberRole Role)> Cast(int validators, int hospitals) =>
    [
        .. Enumerable.Range(1, validators).Select(i => ($"validator-{i}", MemberRole.Validator)),
        .. Enumerable.Range(1, hospitals).Select(i => ($"hospital-{i}", MemberRole.Hospital)),
        ("provider", MemberRole.Provider), ("operator", MemberRole.Provider), ("dashboard", MemberRole.Observer),
    ];
}
