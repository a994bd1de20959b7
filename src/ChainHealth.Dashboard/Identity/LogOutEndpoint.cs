using Microsoft.AspNetCore.Identity;

namespace ChainHealth.Dashboard.Identity;

/// <summary>Logging out is a POST with an antiforgery token: a link on another site cannot do it.</summary>
public static class LogOutEndpoint
{
    public static void MapLogOut(this IEndpointRouteBuilder routes) =>
        routes.MapPost(Urls.LogOut, async (SignInManager<Account> signIn, [Microsoft.AspNetCore.Mvc.FromForm] string? from) =>
        {
            await signIn.SignOutAsync();
            return TypedResults.LocalRedirect($"~{Urls.LogIn}");
        });
}
