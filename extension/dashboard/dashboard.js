document.body.textContent = "Sparekey";
