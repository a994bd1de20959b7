using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace ChainHealth.Primitives;

/// <summary>libsecp256k1 (Bitcoin Core), constant-time in the secret key: the system's, or else the build that the
/// package Secp256k1.Net carries. The context is used read-only after creation and is therefore safe to share between
/// threads. Decompressing a key costs a seventh of a verification, so decompressed keys are remembered.</summary>
internal sealed unsafe partial class NativeSecp256k1 : ISecp256k1
{
    private const string Library = "secp256k1";
    private const uint ContextNone = 1;
    private const uint Compressed = (1 << 1) | (1 << 8);
    private const int PointBytes = 64;
    private const int PointsMax = 4096;

    private static readonly string[] FileNames =
        ["libsecp256k1.so.1", "libsecp256k1.so.2", "libsecp256k1.so.0", "libsecp256k1", "secp256k1"];

    // Above Instance: static initialisers run in the order of the text.
    private static nint s_library;

    private readonly nint _context;
    private readonly ConcurrentDictionary<PublicKey, byte[]> _points = new();

    private NativeSecp256k1(nint context) => _context = context;

    /// <summary>Null where the library does not load.</summary>
    public static NativeSecp256k1? Instance { get; } = TryLoad();

    public string Name => "libsecp256k1";

    private static NativeSecp256k1? TryLoad()
    {
        if (!FileNames.Any(name => NativeLibrary.TryLoad(name, out s_library)
            || NativeLibrary.TryLoad(name, typeof(NativeSecp256k1).Assembly, null, out s_library)))
        {
            return null;
        }

        NativeLibrary.SetDllImportResolver(
            typeof(NativeSecp256k1).Assembly, (name, _, _) => name == Library ? s_library : 0);
        nint context = ContextCreate(ContextNone);
        return context == 0 ? null : new NativeSecp256k1(context);
    }

    public bool IsSecretKey(ReadOnlySpan<byte> secret)
    {
        fixed (byte* key = secret)
        {
            return secret.Length == SigningKey.Bytes && SecretKeyVerify(_context, key) == 1;
        }
    }

    public PublicKey PublicKeyOf(ReadOnlySpan<byte> secret)
    {
        byte* point = stackalloc byte[PointBytes];
        byte* output = stackalloc byte[PublicKey.Bytes];
        nuint length = PublicKey.Bytes;
        fixed (byte* key = secret)
        {
            Require(PublicKeyCreate(_context, point, key));
        }

        Require(PublicKeySerialize(_context, output, &length, point, Compressed));
        return PublicKey.Read(new ReadOnlySpan<byte>(output, PublicKey.Bytes));
    }

    public Signature Sign(ReadOnlySpan<byte> secret, Digest message)
    {
        byte* hash = stackalloc byte[Digest.Bytes];
        byte* signature = stackalloc byte[Signature.Bytes];
        byte* compact = stackalloc byte[Signature.Bytes];
        message.CopyTo(new Span<byte>(hash, Digest.Bytes));
        fixed (byte* key = secret)
        {
            Require(EcdsaSign(_context, signature, hash, key, 0, 0));
        }

        Require(SerializeCompact(_context, compact, signature));
        return Signature.Read(new ReadOnlySpan<byte>(compact, Signature.Bytes));
    }

    public bool Verify(PublicKey key, Digest message, Signature signature)
    {
        byte* hash = stackalloc byte[Digest.Bytes];
        byte* compact = stackalloc byte[Signature.Bytes];
        byte* parsed = stackalloc byte[Signature.Bytes];
        message.CopyTo(new Span<byte>(hash, Digest.Bytes));
        signature.CopyTo(new Span<byte>(compact, Signature.Bytes));
        fixed (byte* point = PointOf(key))
        {
            return point is not null
                && ParseCompact(_context, parsed, compact) == 1
                && EcdsaVerify(_context, parsed, hash, point) == 1;
        }
    }

    /// <summary>Null where the key is no point of the curve.</summary>
    private byte[]? PointOf(PublicKey key)
    {
        if (_points.TryGetValue(key, out byte[]? known))
        {
            return known;
        }

        byte* encoded = stackalloc byte[PublicKey.Bytes];
        key.CopyTo(new Span<byte>(encoded, PublicKey.Bytes));
        var point = new byte[PointBytes];
        fixed (byte* output = point)
        {
            if (PublicKeyParse(_context, output, encoded, PublicKey.Bytes) != 1)
            {
                return null;
            }
        }

        if (_points.Count >= PointsMax)
        {
            _points.Clear();
        }

        _points[key] = point;
        return point;
    }

    private static void Require(int result)
    {
        if (result != 1)
        {
            throw new InvalidOperationException("libsecp256k1 refused a checked key");
        }
    }

    [LibraryImport(Library, EntryPoint = "secp256k1_context_create")]
    private static partial nint ContextCreate(uint flags);

    [LibraryImport(Library, EntryPoint = "secp256k1_ec_seckey_verify")]
    private static partial int SecretKeyVerify(nint context, byte* key);

    [LibraryImport(Library, EntryPoint = "secp256k1_ec_pubkey_create")]
    private static partial int PublicKeyCreate(nint context, byte* point, byte* key);

    [LibraryImport(Library, EntryPoint = "secp256k1_ec_pubkey_serialize")]
    private static partial int PublicKeySerialize(nint context, byte* output, nuint* length, byte* point, uint flags);

    [LibraryImport(Library, EntryPoint = "secp256k1_ec_pubkey_parse")]
    private static partial int PublicKeyParse(nint context, byte* point, byte* input, nuint length);

    [LibraryImport(Library, EntryPoint = "secp256k1_ecdsa_sign")]
    private static partial int EcdsaSign(
        nint context, byte* signature, byte* hash, byte* key, nint nonceFunction, nint nonceData);

    [LibraryImport(Library, EntryPoint = "secp256k1_ecdsa_signature_serialize_compact")]
    private static partial int SerializeCompact(nint context, byte* output, byte* signature);

    [LibraryImport(Library, EntryPoint = "secp256k1_ecdsa_signature_parse_compact")]
    private static partial int ParseCompact(nint context, byte* signature, byte* input);

    /// <summary>Refuses a high s by itself.</summary>
    [LibraryImport(Library, EntryPoint = "secp256k1_ecdsa_verify")]
    private static partial int EcdsaVerify(nint context, byte* signature, byte* hash, byte* point);
}
