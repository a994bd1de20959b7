using ChainHealth.Primitives;

namespace ChainHealth.Client.Tests;

public class EnrolmentRequestTests
{
    private readonly Testing.TestNetwork _network = new();

    [Fact]
    public void A_code_is_read_however_a_person_types_it()
    {
        EnrolmentCode code = EnrolmentCode.Make();
        string typed = code.Reveal().ToLowerInvariant().Replace("-", " ", StringComparison.Ordinal).Replace('1', 'l')
            .Replace('0', 'o');

        Assert.True(EnrolmentCode.TryParse(typed, out EnrolmentCode? read));
        Assert.Equal(code.Hash(), read.Hash());
        Assert.NotEqual(code.Hash(), EnrolmentCode.Make().Hash());
        Assert.DoesNotContain(code.Reveal(), $"{code} {Request(code)}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ABCD-EFGH")]
    [InlineData("ABCD-EFGH-JKMN-PQRS-TVWX-Y")]
    [InlineData("UUUU-UUUU-UUUU-UUUU-UUUU")]
    [InlineData("ABCD-EFGH-JKMN-PQRS-TVW<")]
    public void What_is_no_code_is_refused(string? typed) => Assert.False(EnrolmentCode.TryParse(typed, out _));

    [Fact]
    public void A_request_survives_its_bytes_and_no_part_of_it_can_be_changed()
    {
        byte[] bytes = Request(EnrolmentCode.Make()).Encode();
        EnrolmentRequest? read = EnrolmentRequest.TryDecode(bytes, out _);

        Assert.True(read?.IsProven());
        Assert.Equal(bytes, read!.Encode());
        for (int i = 0; i < bytes.Length; i++)
        {
            byte[] changed = [.. bytes];
            changed[i] ^= 1;
            Assert.False(EnrolmentRequest.TryDecode(changed, out _)?.IsProven() ?? false, $"byte {i}");
        }
    }

    [Fact]
    public void Cut_lengthened_and_random_bytes_are_no_request()
    {
        byte[] bytes = Request(EnrolmentCode.Make()).Encode();
        for (int i = 0; i < bytes.Length; i++)
        {
            Assert.Null(EnrolmentRequest.TryDecode(bytes.AsSpan(0, i), out string? fault));
            Assert.NotNull(fault);
        }

        Assert.Null(EnrolmentRequest.TryDecode([.. bytes, 0], out _));
        var random = new Random(7);
        for (int i = 0; i < 2000; i++)
        {
            var noise = new byte[random.Next(EnrolmentRequest.BytesMax)];
            random.NextBytes(noise);
            noise.AsSpan(0, Math.Min(1, noise.Length)).Fill(1);
            Assert.Null(EnrolmentRequest.TryDecode(noise, out _));
        }
    }

    [Fact]
    public async Task A_code_never_travels_in_the_clear_and_what_is_no_dashboard_is_named()
    {
        Assert.Contains("unencrypted", Assert.Throws<EnrolmentException>(
            () => new EnrolmentDoor("http://dashboard.example")).Message, StringComparison.Ordinal);
        Assert.Throws<EnrolmentException>(() => new EnrolmentDoor("dashboard"));
        using var elsewhere = new EnrolmentDoor("http://127.0.0.1", new Says("<html>"));
        EnrolmentException fault = await Assert.ThrowsAsync<EnrolmentException>(
            () => elsewhere.AskAsync(Request(EnrolmentCode.Make()), CancellationToken.None));
        Assert.Contains("is it a ChainHealth dashboard?", fault.Message, StringComparison.Ordinal);
    }

    private EnrolmentRequest Request(EnrolmentCode code) => EnrolmentRequest.Sign(
        _network.Chain, code, _network.Candidate("hospital-new"), _network.KeyOf("hospital-new"));

    private sealed class Says(string text) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage { Content = new StringContent(text) });
    }
}
