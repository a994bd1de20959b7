using System.Security.Cryptography;
using ChainHealth.Primitives;
using CsCheck;

namespace ChainHealth.Mpc.Tests;

public class SharingTests
{
    private static readonly byte[] Context = "run 1, round 2, hospital 3, party 0"u8.ToArray();

    [Fact]
    public void The_four_shares_add_up_to_the_input()
    {
        Gen.Long.Array[1, 300].Select(Gen.Int[0, 3]).Sample((values, vectorShare) =>
        {
            using SharedInput input = Parties.Share(values, 5, vectorShare);
            var sum = new ulong[values.Length];
            var share = new ulong[values.Length];
            for (int j = 0; j < 4; j++)
            {
                input.Packages[(j + 1) % 4].Expand(j, share);
                for (int i = 0; i < sum.Length; i++)
                {
                    sum[i] = unchecked(sum[i] + share[i]);
                }
            }

            return values.SequenceEqual(sum.Select(v => unchecked((long)v)));
        }, iter: 200);
    }

    [Fact]
    public void A_package_opens_only_its_own_commitments()
    {
        using SharedInput input = Parties.Share([1, 2, 3], 1), other = Parties.Share([1, 2, 3], 2);
        for (int p = 0; p < 4; p++)
        {
            Assert.True(input.Packages[p].Verify(p, input.Commitments, 3));
            Assert.False(input.Packages[p].Verify(p, other.Commitments, 3));
            Assert.False(input.Packages[p].Verify(p, input.Commitments, 4));
            Assert.False(input.Packages[p].Verify((p + 1) % 4, input.Commitments, 3));
        }
    }

    [Fact]
    public void A_share_altered_by_its_client_fails_its_commitment()
    {
        using SharedInput input = Parties.Share([1, 2, 3], 1);
        byte[] bytes = input.Packages[0].Encode();
        for (int i = 6; i < bytes.Length; i++)
        {
            byte[] altered = [.. bytes];
            altered[i] ^= 1;
            using SharePackage? package = SharePackage.TryDecode(altered, 100, out _);
            Assert.False(package?.Verify(0, input.Commitments, 3) ?? false, $"byte {i}");
        }
    }

    [Fact]
    public void Packages_survive_their_encoding()
    {
        using SharedInput input = Parties.Share([5, -6, long.MaxValue], 4);
        for (int p = 0; p < 4; p++)
        {
            using SharePackage package = SharePackage.TryDecode(input.Packages[p].Encode(), 3, out string? fault)!;
            Assert.Null(fault);
            Assert.True(package.Verify(p, input.Commitments, 3));
        }
    }

    [Fact]
    public void Hostile_bytes_are_refused_with_a_reason()
    {
        byte[] good = Parties.Share([.. Enumerable.Range(0, 40).Select(i => (long)i)], 4).Packages[1].Encode();
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte, Gen.Int[0, good.Length]).Sample((at, value, length) =>
        {
            byte[] bytes = [.. good];
            bytes[at] = value;
            SharePackage? package = SharePackage.TryDecode(bytes.AsSpan(0, length), 1000, out string? fault);
            return package is null ? fault is not null : package.Length <= 1000;
        }, iter: 2000);
        Assert.Null(SharePackage.TryDecode(good, 39, out string? tooLong));
        Assert.Contains("at most 39", tooLong);
    }

    [Fact]
    public void A_sealed_package_opens_with_its_key_and_context_only()
    {
        using var key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        byte[] content = RandomNumberGenerator.GetBytes(500);
        byte[] box = PackageSealing.Seal(content, key.ExportSubjectPublicKeyInfo(), Context);
        Assert.Equal(content, PackageSealing.TryOpen(box, key, Context, 500));
        Assert.Null(PackageSealing.TryOpen(box, other, Context, 500));
        Assert.Null(PackageSealing.TryOpen(box, key, Context.AsSpan(1), 500));
        Assert.Null(PackageSealing.TryOpen(box, key, Context, 499));
    }

    [Fact]
    public void An_altered_sealed_package_does_not_open()
    {
        using var key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        byte[] box = PackageSealing.Seal(new byte[20], key.ExportSubjectPublicKeyInfo(), Context);
        for (int i = 0; i < box.Length; i++)
        {
            byte[] altered = [.. box];
            altered[i] ^= 0x10;
            Assert.Null(PackageSealing.TryOpen(altered, key, Context, 1000));
        }

        Assert.Null(PackageSealing.TryOpen(box.AsSpan(0, box.Length - 1), key, Context, 1000));
    }

    [Fact]
    public void A_key_on_another_curve_is_refused()
    {
        using var key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP384);
        Assert.Throws<CryptographicException>(() =>
            PackageSealing.Seal(new byte[1], key.ExportSubjectPublicKeyInfo(), Context));
    }

    [Fact]
    public void Secrets_do_not_print_themselves()
    {
        using SharedInput input = Parties.Share([4242424242], 4);
        Assert.Equal("share package of 1 elements for party 2", input.Packages[2].ToString());
    }
}
