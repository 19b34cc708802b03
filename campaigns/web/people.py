"""To be drawn."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from campaigns.web.guard import page


@page
def edit_person(request: HttpRequest, pk: int = 0) -> HttpResponse:
    return render(request, "base.html")


from django.contrib.auth.views import LoginView, LogoutView  # noqa: E402


class Login(LoginView):
    template_name = "login.html"
    redirect_authenticated_user = True


class Logout(LogoutView):
    pass
