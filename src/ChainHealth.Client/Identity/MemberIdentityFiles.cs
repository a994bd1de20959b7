using System.Buffers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>Reads the files of a member folder and compares each key with the genesis.</summary>
internal static class MemberIdentityFiles
{
    public static MemberIdentity Load(NetworkFolder folder, string name)
    {
        Genesis genesis = GenesisFile.Read(folder.Root);
        Member member = LoadMember(folder, genesis, name);
        SigningKey signing = LoadSigningKey(folder.SigningKey(name), member);
        X509Certificate2? certificate = null;
        try
        {
            certificate = LoadCertificate(folder, member);
            ECDiffieHellman? encryption = member.Role == MemberRole.Validator
                ? LoadEncryptionKey(folder.EncryptionKey(name), member) : null;
            return new MemberIdentity(folder, genesis, member, signing, certificate, encryption);
        }
        catch
        {
            signing.Dispose();
            certificate?.Dispose();
            throw;
        }
    }

    /// <summary>The record that the member file keeps, where there is one (<see cref="MemberEnrolment"/>), otherwise
    /// that of the genesis.</summary>
    private static Member LoadMember(NetworkFolder folder, Genesis genesis, string name)
    {
        Member? first = genesis.Members.FirstOrDefault(m => m.Name == name);
        string path = folder.MemberFile(name);
        if (first is null && !File.Exists(path))
        {
            throw new NetworkFolderException(
                $"{folder.Root}: the genesis names no member '{name}'; its members are "
                + string.Join(", ", genesis.Members.Select(m => m.Name)));
        }

        byte[] content = SecretFile.Read(path);
        try
        {
            using var json = JsonDocument.Parse(content);
            uint id = json.RootElement.GetProperty("member").GetUInt32();
            string? named = json.RootElement.GetProperty("name").GetString();
            Member? member = MemberEnrolment.RecordIn(json.RootElement) ?? first;
            if (member is null || id != member.Id.Value || named != member.Name || member.Name != name
                || (first is not null && (first.Id, first.Role) != (member.Id, member.Role)))
            {
                throw new NetworkFolderException($"{path}: names member {id} '{named}', "
                    + (first is null ? "which is not in the genesis" : $"the genesis {first.Id.Value} '{first.Name}'"));
            }

            return member;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException
            or FormatException)
        {
            throw new NetworkFolderException($"{path}: damaged: not {{ \"member\": number, \"name\": text }}", e);
        }
    }

    private static SigningKey LoadSigningKey(string path, Member member)
    {
        byte[] content = SecretFile.Read(path);
        Span<byte> secret = stackalloc byte[SigningKey.Bytes];
        try
        {
            ReadOnlySpan<byte> hex = content.AsSpan().Trim("\r\n "u8);
            bool parsed = hex.Length == 2 * SigningKey.Bytes
                && Convert.FromHexString(hex, secret, out _, out _) == OperationStatus.Done;
            SigningKey key = (parsed ? SigningKey.TryCreate(secret) : null)
                ?? throw new NetworkFolderException($"{path}: damaged: not a secp256k1 key in hexadecimal");
            if (key.PublicKey != member.SigningKey)
            {
                key.Dispose();
                throw new NetworkFolderException($"{path}: is not the key that the genesis names for {member.Name}");
            }

            return key;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    private static X509Certificate2 LoadCertificate(NetworkFolder folder, Member member)
    {
        string certificatePath = folder.TlsCertificate(member.Name);
        string keyPath = folder.TlsKey(member.Name);
        string certificateText = Encoding.ASCII.GetString(SecretFile.Read(certificatePath));
        char[] keyText = ReadPem(keyPath);
        X509Certificate2 certificate;
        try
        {
            certificate = X509Certificate2.CreateFromPem(certificateText, keyText);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new NetworkFolderException(
                $"{certificatePath}: damaged, or {keyPath} is not its key", e);
        }
        finally
        {
            Array.Clear(keyText);
        }

        if (TlsPins.Of(certificate) != member.TlsPin)
        {
            certificate.Dispose();
            throw new NetworkFolderException(
                $"{certificatePath}: is not the certificate that the genesis names for {member.Name}");
        }

        return OperatingSystem.IsWindows() ? WithStoredKey(certificate) : certificate;
    }

    /// <summary>Windows' TLS takes no key that lives in memory only.</summary>
    private static X509Certificate2 WithStoredKey(X509Certificate2 certificate)
    {
        using (certificate)
        {
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
        }
    }

    private static ECDiffieHellman LoadEncryptionKey(string path, Member member)
    {
        char[] text = ReadPem(path);
        var key = ECDiffieHellman.Create();
        try
        {
            key.ImportFromPem(text);
            if (!key.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(member.EncryptionKey.Span))
            {
                throw new NetworkFolderException(
                    $"{path}: is not the encryption key that the genesis names for {member.Name}");
            }

            return key;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new NetworkFolderException($"{path}: damaged: not a P-256 key in PEM", e);
        }
        catch
        {
            key.Dispose();
            throw;
        }
        finally
        {
            Array.Clear(text);
        }
    }

    private static char[] ReadPem(string path)
    {
        byte[] content = SecretFile.Read(path);
        char[] text = Encoding.ASCII.GetChars(content);
        CryptographicOperations.ZeroMemory(content);
        return text;
    }
}
