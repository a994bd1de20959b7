using System.Text;
using CsCheck;

namespace ChainHealth.Primitives.Tests;

public class SignatureTests
{
    private const string GroupOrder = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";

    public static TheoryData<string> Backends => new(Implementations.Keys);

    private static Dictionary<string, ISecp256k1> Implementations { get; } =
        new ISecp256k1?[] { NativeSecp256k1.Instance, new ManagedSecp256k1() }
            .OfType<ISecp256k1>().ToDictionary(b => b.Name);

    /// <summary>Vectors for RFC 6979 over secp256k1 with SHA-256, as published with Trezor's crypto library and used by
    /// several Bitcoin libraries.</summary>
    public static TheoryData<string, string, string, string> Published => new()
    {
        {
            "0000000000000000000000000000000000000000000000000000000000000001", "Satoshi Nakamoto",
            "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8",
            "2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5"
        },
        {
            "0000000000000000000000000000000000000000000000000000000000000001",
            "All those moments will be lost in time, like tears in rain. Time to die...",
            "8600dbd41e348fe5c9465ab92d23e3db8b98b873beecd930736488696438cb6b",
            "547fe64427496db33bf66019dacbf0039c04199abb0122918601db38a72cfc21"
        },
        {
            "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140", "Satoshi Nakamoto",
            "fd567d121db66e382991534ada77a6bd3106f0a1098c231e47993447cd6af2d0",
            "6b39cd0eb1bc8603e159ef5c20a5c8ad685a45b06ce9bebed3f153d10d93bed5"
        },
        {
            "f8b8af8ce3c7cca5e300d33939540c10d45ce001b8f252bfbc57ba0342904181", "Alan Turing",
            "7063ae83e7f62bbb171798131b4a0564b956930092b33b07b395615d9ec7e15c",
            "58dfcc1e00a35e1572f366ffe34ba0fc47db1e7189759b9fb233c5b05ab388ea"
        },
    };

    [Theory]
    [MemberData(nameof(Published))]
    public void Signing_gives_the_published_bytes(string secret, string text, string r, string s)
    {
        Digest message = Digest.Sha256(Encoding.UTF8.GetBytes(text));
        foreach (ISecp256k1 backend in Implementations.Values)
        {
            Signature signature = backend.Sign(Convert.FromHexString(secret), message);
            Assert.Equal(r, signature.R.ToString());
            Assert.Equal(s, signature.S.ToString());
            Assert.True(backend.Verify(backend.PublicKeyOf(Convert.FromHexString(secret)), message, signature));
        }
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void The_generator_is_the_public_key_of_one(string name)
    {
        var one = new byte[32];
        one[31] = 1;
        Assert.Equal(
            "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
            Implementations[name].PublicKeyOf(one).ToString());
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void A_high_s_twin_is_refused(string name)
    {
        ISecp256k1 backend = Implementations[name];
        byte[] secret = Digest.Sha256([7]).ToArray();
        Digest message = Digest.Sha256([8]);
        Signature low = backend.Sign(secret, message);
        var order = new System.Numerics.BigInteger(Convert.FromHexString(GroupOrder), true, true);
        var s = new System.Numerics.BigInteger(low.S.ToArray(), true, true);
        Span<byte> twin = stackalloc byte[32];
        byte[] high = (order - s).ToByteArray(true, true);
        high.CopyTo(twin[(32 - high.Length)..]);
        PublicKey key = backend.PublicKeyOf(secret);
        Assert.True(backend.Verify(key, message, low));
        Assert.False(backend.Verify(key, message, low with { S = Digest.Read(twin) }));
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Zero_and_the_order_are_no_secret_keys(string name)
    {
        ISecp256k1 backend = Implementations[name];
        Assert.False(backend.IsSecretKey(new byte[32]));
        Assert.False(backend.IsSecretKey(Convert.FromHexString(GroupOrder)));
        Assert.False(backend.IsSecretKey(new byte[31]));
        Assert.True(backend.IsSecretKey(Digest.Sha256([1]).ToArray()));
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Garbage_is_refused_and_never_throws(string name)
    {
        ISecp256k1 backend = Implementations[name];
        Gen.Byte.Array[130].Sample(
            bytes => Assert.False(backend.Verify(
                PublicKey.Read(bytes), Digest.Read(bytes.AsSpan(33)), Signature.Read(bytes.AsSpan(65)))),
            iter: 300);
    }

    [Fact]
    public void Both_backends_sign_alike_and_accept_each_other()
    {
        Gen.Byte.Array[64].Sample(
            bytes =>
            {
                Digest message = Digest.Read(bytes.AsSpan(32));
                Signature[] signatures = [.. Implementations.Values.Select(b => b.Sign(bytes.AsSpan(0, 32), message))];
                Assert.Single(signatures.Distinct());
                Assert.All(
                    Implementations.Values,
                    b => Assert.True(b.Verify(b.PublicKeyOf(bytes.AsSpan(0, 32)), message, signatures[0])));
            },
            iter: 100);
    }

    [Fact]
    public void A_signature_holds_for_its_message_and_key_only()
    {
        using SigningKey key = SigningKey.TryCreate(Digest.Sha256([1]).ToArray())!;
        using SigningKey other = SigningKey.TryCreate(Digest.Sha256([2]).ToArray())!;
        Signature signature = key.Sign(Digest.Sha256([3]));
        Assert.True(Secp256k1.Verify(key.PublicKey, Digest.Sha256([3]), signature));
        Assert.False(Secp256k1.Verify(key.PublicKey, Digest.Sha256([4]), signature));
        Assert.False(Secp256k1.Verify(other.PublicKey, Digest.Sha256([3]), signature));
        Assert.DoesNotContain(Convert.ToHexStringLower(key.ExportSecret()), key.ToString(), StringComparison.Ordinal);
    }
}
